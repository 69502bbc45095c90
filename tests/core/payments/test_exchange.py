"""A merchant in pesos whose payer pays dollars: both legs in the ledger, and the same rate until the last refund."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pasarela.core.context import Caller
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.model import NewCustomer
from pasarela.core.payments.errors import OperationDeclined, PaymentTooLarge
from pasarela.core.payments.model import ChargedFee, Payment, PaymentStatus
from pasarela.core.rates.errors import NoExchangeRate
from pasarela.core.rates.import_rates import ImportRates
from pasarela.core.rates.model import ExchangeRate
from pasarela.kernel.decline import Decline
from pasarela.kernel.money import Currency, Money
from tests.factories.payments import World, mxn, usd
from tests.factories.tables import stored
from tests.fakes.card_rail import ScriptedRail, declined

PRINTED = ExchangeRate(Currency.USD, Currency.MXN, date(2014, 11, 21), Decimal("13.61"))
LATER = ExchangeRate(Currency.USD, Currency.MXN, date(2020, 1, 1), Decimal(99))
SOLD = {
    "network_clearing.USD": -10_000,
    "fx_position.USD": 10_000,
    "fx_position.MXN": -136_100,
    "merchant_payable.MXN": 136_100 - 4_197 - 672,
    "fee_revenue.MXN": 4_197,
    "tax_payable.MXN": 672,
}


@pytest.fixture(autouse=True)
async def printed_rate(world: World) -> None:
    await ImportRates(world.database, world.clock)([PRINTED])


async def sell(world: World, merchant: Caller, minor: int = 10_000, **fields: Any) -> Payment:
    return await world.sell(merchant, usd(minor), settles_in=Currency.MXN, **fields)


async def test_a_sale_credits_pesos_and_is_priced_in_them(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    sale = world.sale(usd(10_000), settles_in=Currency.MXN)
    paid = await world.payments.authorise(merchant, sale)

    assert (paid.amount, paid.exchange, paid.fee) == (usd(10_000), PRINTED, ChargedFee(mxn(4_197), 1600))
    assert await world.get(merchant, paid) == paid == await world.payments.authorise(merchant, sale)
    assert [message.amount for message in rail.sent] == [usd(10_000)]
    assert await world.balances(merchant) == SOLD
    assert await world.available(merchant) == SOLD["merchant_payable.MXN"]


async def test_refunds_go_at_the_rate_of_the_sale(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    paid = await sell(world, merchant)
    await ImportRates(world.database, world.clock)([LATER])

    for minor in (3_333, 1, 6_665):
        await world.refund(merchant, paid, minor)
        assert (await world.balances(merchant)).get("fx_position.USD", 0) == -(await world.balances(merchant)).get(
            "network_clearing.USD", 0
        )
    await world.refund(merchant, paid)

    assert [message.amount for message in rail.sent[1:]] == [usd(3_333), usd(1), usd(6_665), usd(1)]
    assert await world.balances(merchant) == {}


async def test_a_refund_that_fails_gives_the_pesos_back(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    paid = await sell(world, merchant)
    rail.will(declined(Decline.DO_NOT_HONOUR))

    with pytest.raises(OperationDeclined):
        await world.refund(merchant, paid, 5_000)

    assert await world.balances(merchant) == SOLD
    await world.refund(merchant, paid)
    assert await world.balances(merchant) == {}


async def test_a_hold_is_captured_in_part_at_its_own_rate(world: World, merchant: Caller) -> None:
    held = await world.hold(merchant, usd(10_000), settles_in=Currency.MXN)
    assert await world.reserved(merchant) == (136_100, 0)
    await ImportRates(world.database, world.clock)([LATER])

    paid = await world.capture(merchant, held, 7_777)

    credited = 105_845  # 77.77 at 13.61 is 1058.4497
    assert (paid.amount, paid.exchange) == (usd(7_777), PRINTED)
    books = await world.balances(merchant)
    assert (books["fx_position.USD"], books["fx_position.MXN"]) == (7_777, -credited)
    assert await world.reserved(merchant) == (0, 0)
    await world.refund(merchant, paid)
    assert await world.balances(merchant) == {}


async def test_a_customer_with_an_account_is_credited_in_pesos(world: World, merchant: Caller) -> None:
    new = NewCustomer("aholder", "Ana", None, "ana@payments.com", has_account=True)
    await CreateCustomer(world.database, world.clock)(merchant, new)

    await sell(world, merchant, customer_id="aholder", credits_customer=True)

    books = await world.balances(merchant)
    assert (books["customer_balance/aholder.MXN"], books["fees_owed.MXN"]) == (136_100, -4_869)


async def test_the_merchants_own_currency_needs_no_rate(world: World, merchant: Caller) -> None:
    paid = await world.sell(merchant, settles_in=Currency.MXN)

    assert (paid.exchange, paid.fee) == (None, ChargedFee(mxn(540), 1600))


async def test_no_rate_no_sale(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    before = await stored(world.database)

    with pytest.raises(NoExchangeRate) as refusal:
        await world.sell(merchant, Money(100, Currency.COP), settles_in=Currency.MXN, order_id="o-1")

    assert refusal.value.field == "currency"
    assert (await stored(world.database), rail.sent) == (before, [])


@pytest.mark.parametrize("amount", [mxn(10**12), usd(10**15)])
async def test_an_amount_that_no_network_carries(
    world: World, merchant: Caller, rail: ScriptedRail, amount: Money
) -> None:
    before = await stored(world.database)

    with pytest.raises(PaymentTooLarge) as refusal:
        await world.sell(merchant, amount, order_id="o-1")

    assert refusal.value.field == "amount"
    assert (await stored(world.database), rail.sent) == (before, [])
    largest = await world.sell(merchant, mxn(10**12 - 1), order_id="o-1")
    assert largest.status is PaymentStatus.COMPLETED
