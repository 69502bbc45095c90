"""Encrypted values, coordinates and tax ids as calls bring them."""

from __future__ import annotations

import base64
from decimal import Decimal

import pytest

from pasarela.facades.necipco.refusals import SentInClear
from pasarela.facades.necipco.wire.bodies import CardholderFilters, CardQuery
from pasarela.facades.necipco.wire.ciphertexts import GivenCard, ciphertext
from pasarela.facades.necipco.wire.values import Placed
from pasarela.facades.toolkit.refusals import WrongType, WrongValue

CONTENT = bytes(range(256))
STANDARD = base64.b64encode(CONTENT).decode()
URL_SAFE = base64.urlsafe_b64encode(CONTENT).decode()
CARD = "12123214-2E34-4fff-844f-321654987123"


@pytest.mark.parametrize(
    "text",
    [
        STANDARD,
        STANDARD.rstrip("="),
        URL_SAFE,
        URL_SAFE.rstrip("="),
        STANDARD.replace("+", " "),
        base64.encodebytes(CONTENT).decode(),
    ],
    ids=["standard", "without padding", "url-safe", "url-safe without padding", "unescaped plus", "with line feeds"],
)
def test_base64_is_read_however_it_is_written(text: str) -> None:
    assert ciphertext(text, "pin").content == CONTENT


@pytest.mark.parametrize("text", ["ñandú", "a", "%%%%", "{}", "abc.def"])
def test_what_is_no_base64_is_nothing_to_decrypt(text: str) -> None:
    assert ciphertext(text, "pin").content == b""


def test_a_card_is_named_by_its_id_in_any_case() -> None:
    assert CardQuery.parse({"card_number": CARD}).card_number == GivenCard(card_id=CARD.lower())


@pytest.mark.parametrize("number", ["5316000100031234", "5316 0001 0003 1234", "5316-0001-0003-1234", 5316000100031234])
def test_a_number_in_clear_is_refused(number: object) -> None:
    with pytest.raises(SentInClear) as refused:
        CardQuery.parse({"card_number": number})
    assert (refused.value.field, "5316" in str(refused.value)) == ("card_number", False)


@pytest.mark.parametrize(
    ("given", "kept"), [(12.5, "12.50000"), ("-12.123456789", "-12.12345"), (Decimal(90), "90.00000")]
)
def test_five_decimals_of_coordinates_are_kept(given: object, kept: str) -> None:
    value = Decimal(str(given)) if isinstance(given, float) else given

    assert str(Placed.parse({"latitude": value, "longitude": 0}).place().latitude) == kept


@pytest.mark.parametrize(
    ("given", "refusal"), [("90.00001", WrongValue), (-91, WrongValue), ("north", WrongType), (True, WrongType)]
)
def test_coordinates_beyond_the_globe_are_refused(given: object, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        Placed.parse({"latitude": given, "longitude": 0})


@pytest.mark.parametrize("rfc", ["XAXX010101000", "XEXX010101000", "aamm9001010a1", "ABC680524P76", "AAMM900101"])
def test_tax_ids_are_checked_by_structure(rfc: str) -> None:
    assert CardholderFilters.parse({"rfc": rfc}).rfc == rfc.upper()


@pytest.mark.parametrize("rfc", ["AAMM9013010A1", "1234567890", "ABCDEFGHIJKLM"])
def test_what_has_another_structure_is_no_tax_id(rfc: str) -> None:
    with pytest.raises(WrongValue):
        CardholderFilters.parse({"rfc": rfc})
