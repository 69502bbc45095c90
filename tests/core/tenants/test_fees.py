"""What a payment costs its merchant."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.core.tenants.model import Tariff
from pasarela.core.tenants.rules import DEFAULT_TARIFFS, Fee, fee_for, tariff_for
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money

CARD_MXN = DEFAULT_TARIFFS[0]


def mxn(minor: int) -> Money:
    return Money(minor, Currency.MXN)


@pytest.mark.parametrize(
    ("amount", "fee", "tax", "booked_tax"),
    [
        # The provider's own example: 10.00 costs 2.79 and 0.4464 of tax.
        (1000, 279, "0.4464", 45),
        (10000, 540, "0.864", 86),
        (0, 250, "0.40", 40),
        (17, 250, "0.40", 40),  # 0.493 of a centavo rounds down
        (50, 251, "0.4016", 40),  # 1.45 of a centavo
        (10**15, 29 * 10**12 + 250, "46400000000.40", 4640000000040),
    ],
)
def test_fee_for(amount: int, fee: int, tax: str, booked_tax: int) -> None:
    charged = fee_for(CARD_MXN, mxn(amount))

    assert charged == Fee(fee, 1600)
    assert charged.tax == Decimal(tax)
    assert charged.tax_minor == booked_tax


def test_the_share_and_its_tax_round_half_up() -> None:
    tariff = Tariff(Instrument.CARD, Currency.MXN, 50, 0, 5000)

    assert fee_for(tariff, mxn(100)) == Fee(1, 5000)
    assert fee_for(tariff, mxn(99)) == Fee(0, 5000)
    assert Fee(1, 5000).tax_minor == 1


def test_a_tariff_is_of_one_currency() -> None:
    with pytest.raises(AssertionError):
        fee_for(CARD_MXN, Money(1000, Currency.USD))


@pytest.mark.parametrize(("payments", "surcharge"), [(3, 490), (6, 790), (9, 1090), (12, 1390), (18, 1990)])
def test_instalments_cost_more(payments: int, surcharge: int) -> None:
    more = tariff_for(DEFAULT_TARIFFS, Instrument.CARD, Currency.MXN, payments)

    assert more == Tariff(Instrument.CARD, Currency.MXN, surcharge, 0, 1600, payments)
    assert fee_for(CARD_MXN, mxn(100_000), more) == Fee(2900 + 250 + 10 * surcharge, 1600)
    assert tariff_for(DEFAULT_TARIFFS, Instrument.STORE, Currency.MXN, payments) is None


def test_tariff_for_finds_instrument_and_currency() -> None:
    usd = Tariff(Instrument.CARD, Currency.USD, 300, 30, 0)

    assert tariff_for([CARD_MXN, usd], Instrument.CARD, Currency.USD) is usd
    assert tariff_for([CARD_MXN], Instrument.CARD, Currency.USD) is None


@given(st.integers(0, 10**12), st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_no_fee_is_off_by_more_than_half_a_centavo(amount: int, points: int, fixed: int, tax: int) -> None:
    fee = fee_for(Tariff(Instrument.CARD, Currency.MXN, points, fixed, tax), mxn(amount))
    exact = Decimal(amount * points) / 10_000 + fixed

    assert abs(fee.amount_minor - exact) <= Decimal("0.5")
    assert abs(fee.tax_minor - fee.tax * 100) <= Decimal("0.5")


def test_every_currency_has_the_two_decimals_that_the_shown_tax_counts_on() -> None:
    assert {currency.decimals for currency in Currency} == {2}
