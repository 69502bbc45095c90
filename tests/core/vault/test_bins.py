"""What the first digits of a card tell."""

import pytest

from pasarela.core.vault.bins import UNKNOWN, facts_of, issuer_of
from pasarela.core.vault.model import CardFacts
from pasarela.kernel.cards import Brand


@pytest.mark.parametrize(
    ("pan", "facts"),
    [
        (
            "4111111111111111",
            CardFacts("411111XXXXXX1111", Brand.VISA, "debit", "Banamex", "002", None, True, True),
        ),
        (
            "4242424242424242",
            CardFacts("424242XXXXXX4242", Brand.VISA, "credit", "BANCOMER", "012", "bancomer", True, False),
        ),
        (
            "5555555555554444",
            CardFacts("555555XXXXXX4444", Brand.MASTERCARD, "debit", "MASARI", "602", "scotiabank", True, True),
        ),
        (
            "5105105105105100",
            CardFacts("510510XXXXXX5100", Brand.MASTERCARD, "credit", "SANTANDER", "014", "santander", True, False),
        ),
        (
            "343434343434343",
            CardFacts(
                "343434XXXXX4343", Brand.AMERICAN_EXPRESS, "credit", "AMERICAN EXPRESS", "103", None, True, False
            ),
        ),
        (
            "4000000000000069",
            CardFacts("400000XXXXXX0069", Brand.VISA, "debit", "DESCONOCIDO", "000", None, True, False),
        ),
        (
            "4152313030303033",
            CardFacts("415231XXXXXX3033", Brand.VISA, "debit", "BBVA BANCOMER", "012", None, True, True),
        ),
    ],
)  # fmt: skip  # one card in a row
def test_facts_of(pan: str, facts: CardFacts) -> None:
    assert facts_of(pan) == facts


def test_facts_of_a_thirteen_digit_number() -> None:
    assert facts_of("4222222222222").masked == "422222XXX2222"


def test_issuer_of_takes_the_longest_prefix() -> None:
    assert issuer_of("345678").bank_name == "AMERICAN EXPRESS"
    assert issuer_of("549138").kind == "credit"
    assert issuer_of("54913812").bank_name == "Banamex"
    assert issuer_of("999999") is UNKNOWN
    assert issuer_of("4") is UNKNOWN
    assert issuer_of("") is UNKNOWN
