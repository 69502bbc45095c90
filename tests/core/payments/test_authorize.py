"""`Authorise`: sales and holds, what declines them, and the same command again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import (
    OutcomeUnknown,
    PaymentDeclined,
    UnknownSource,
)
from pasarela.core.payments.model import (
    CardView,
    ChargedFee,
    Payer,
    Payment,
    PaymentStatus,
    SavedSource,
)
from pasarela.core.tenants.model import Tariff
from pasarela.kernel.decline import Decline
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency
from pasarela.kernel.secret import Secret
from pasarela.rails.contract import CardAuthorization, CardPurpose
from tests.factories.cards import CREDIT, MASTERCARD, card, inline
from tests.factories.payments import World, mxn, usd
from tests.factories.tables import rows, stored
from tests.fakes.card_rail import ScriptedRail, approved, declined
from tests.fakes.stopped_clock import NOON

ATTEMPTS = "SELECT attempt_id, kind, state, response_code, authorization_code FROM payment_attempts ORDER BY 1"


async def test_sale(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    paid = await world.sell(merchant, 10_000, order_id="o-1", description="shoes", payer=Payer("Ana"), details={"a": 1})
    assert paid == Payment(
        tenant_id=merchant.tenant_id,
        payment_id=paid.payment_id,
        api="openpay",
        instrument=Instrument.CARD,
        status=PaymentStatus.COMPLETED,
        amount=mxn(10_000),
        captured=mxn(10_000),
        refunded=mxn(0),
        capture_now=True,
        order_id="o-1",
        description="shoes",
        customer_id=None,
        source_id=None,
        card=CardView(
            masked="411111XXXXXX1111",
            brand="visa",
            kind="debit",
            holder_name="Juan Perez",
            expiration_year=2029,
            expiration_month=12,
            bank_name="Banamex",
            bank_code="002",
            allows_charges=True,
            allows_payouts=True,
        ),
        payer=Payer("Ana"),
        details={"a": 1},
        authorization_code="000000",
        response_code="00",
        decline=None,
        fee=ChargedFee(mxn(540), 1600),
        created_at=NOON,
        operated_at=NOON,
        expires_at=None,
    )
    assert await world.get(merchant, paid) == paid
    assert await world.events(merchant, paid.payment_id) == ["payment.completed"]
    assert await world.balances(merchant) == {
        "merchant_payable.MXN": 9_374,
        "fee_revenue.MXN": 540,
        "tax_payable.MXN": 86,
        "network_clearing.MXN": -10_000,
    }
    assert [tuple(row) for row in await rows(world.database, ATTEMPTS)] == [
        (f"{paid.payment_id}/authorisation", "authorisation", "approved", "00", "000000")
    ]
    assert await world.run_due() == []
    assert (rail.charged, rail.held) == (10_000, 0)


async def test_sale_sends_what_was_asked(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    wishing = replace(merchant, outcome="approve")
    await world.payments.authorise(wishing, world.sale(12_345, inline(CREDIT), instalments=6))
    [message] = rail.sent
    assert isinstance(message, CardAuthorization)
    assert message.card == card(CREDIT)
    assert (message.amount, message.purpose, message.instalments) == (mxn(12_345), CardPurpose.SALE, 6)
    assert (message.acceptor.merchant_id, message.acceptor.name) == (merchant.account, "Tienda")
    assert message.outcome == "approve"


async def test_hold(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await world.hold(merchant)
    assert (held.status, held.captured, held.fee) == (PaymentStatus.AUTHORIZED, mxn(0), None)
    assert held.expires_at == NOON + timedelta(days=7)
    assert await world.get(merchant, held) == held
    assert await world.events(merchant, held.payment_id) == ["payment.authorized"]
    assert await world.balances(merchant) == {}
    assert await world.reserved(merchant) == (10_000, 0)
    assert (rail.charged, rail.held) == (0, 10_000)
    assert await world.run_due() == []


async def test_sale_in_dollars(world: World, merchant: Caller) -> None:
    paid = await world.sell(merchant, usd(5_000))
    await world.sell(merchant, mxn(10_000))
    assert (paid.amount, paid.fee) == (usd(5_000), ChargedFee(usd(0), 0))
    assert await world.balances(merchant) == {
        "merchant_payable.USD": 5_000,
        "network_clearing.USD": -5_000,
        "merchant_payable.MXN": 9_374,
        "fee_revenue.MXN": 540,
        "tax_payable.MXN": 86,
        "network_clearing.MXN": -10_000,
    }


async def test_sale_in_dollars_by_a_tariff(world: World) -> None:
    dear = await world.merchant(tariffs=(Tariff(Instrument.CARD, Currency.USD, 1_000, 30, 0),))
    assert (await world.sell(dear, usd(5_000))).fee == ChargedFee(usd(530), 0)
    assert await world.balances(dear) == {
        "merchant_payable.USD": 4_470,
        "fee_revenue.USD": 530,
        "network_clearing.USD": -5_000,
    }


async def test_sale_with_a_saved_card(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    card_id = await world.saved_card(merchant, "acustomer", card(MASTERCARD))
    source = SavedSource(card_id, Secret("737"))
    paid = await world.sell(merchant, source=source, customer_id="acustomer")
    assert paid.source_id == card_id
    assert paid.card is not None
    assert (paid.card.card_id, paid.card.masked, paid.card.created_at) == (card_id, "555555XXXXXX4444", NOON)
    [message] = rail.sent
    assert message.card == card(MASTERCARD, cvv="737")
    assert await world.get(merchant, paid) == paid


@pytest.mark.parametrize("customer_id", [None, "another"])
async def test_somebody_elses_card_does_not_exist(
    world: World, merchant: Caller, rail: ScriptedRail, customer_id: str | None
) -> None:
    source = SavedSource(await world.saved_card(merchant, "acustomer"))
    before = await stored(world.database)
    with pytest.raises(UnknownSource):
        await world.sell(merchant, source=source, customer_id=customer_id, order_id="o-1")
    with pytest.raises(UnknownSource):
        await world.sell(await world.merchant(), source=source, customer_id="acustomer")
    assert await stored(world.database) == before
    assert rail.sent == []


async def test_a_deleted_card_does_not_exist(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    card_id = await world.saved_card(merchant)
    earlier = world.sale(source=SavedSource(card_id))
    paid = await world.payments.authorise(merchant, earlier)
    await world.delete_card(merchant, card_id)
    before = await stored(world.database)
    with pytest.raises(UnknownSource):
        await world.sell(merchant, source=SavedSource(card_id))
    assert await world.payments.authorise(merchant, earlier) == paid
    assert await stored(world.database) == before
    assert len(rail.sent) == 1


# Declines.

FINAL = [decline for decline in Decline if decline is not Decline.ISSUER_UNAVAILABLE]


@pytest.mark.parametrize("capture", [True, False])
@pytest.mark.parametrize("decline", FINAL)
async def test_declined(world: World, merchant: Caller, rail: ScriptedRail, decline: Decline, capture: bool) -> None:
    rail.will(declined(decline, "77"))
    command = world.sale(capture=capture)
    with pytest.raises(PaymentDeclined) as refusal:
        await world.payments.authorise(merchant, command)
    assert (refusal.value.decline, refusal.value.code, refusal.value.matched_rules) == (decline, "77", ())
    kept = await world.get(merchant, command.payment_id)
    assert refusal.value.payment == kept
    assert (kept.status, kept.decline, kept.response_code) == (PaymentStatus.DECLINED, decline, "77")
    assert (kept.captured, kept.fee, kept.authorization_code, kept.expires_at) == (mxn(0), None, None, None)
    assert await world.events(merchant, kept.payment_id) == ["payment.declined"]
    assert await world.balances(merchant) == {}
    assert await world.reserved(merchant) == (0, 0)
    assert await world.run_due() == []
    [attempt] = await rows(world.database, ATTEMPTS)
    assert (attempt["state"], attempt["response_code"]) == ("declined", "77")


async def test_issuer_unavailable_may_have_held_money(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    rail.will(declined(Decline.ISSUER_UNAVAILABLE, "91"))
    command = world.sale()
    with pytest.raises(OutcomeUnknown):
        await world.payments.authorise(merchant, command)
    kept = await world.get(merchant, command.payment_id)
    assert (kept.status, kept.decline, kept.response_code) == (
        PaymentStatus.UNKNOWN,
        Decline.ISSUER_UNAVAILABLE,
        "91",
    )
    await world.run_due()
    assert (await world.get(merchant, kept)).status is PaymentStatus.FAILED
    assert rail.kinds() == ["sale", "reversal"]


@pytest.mark.parametrize("capture", [True, False])
async def test_a_partial_approval_is_reversed(
    world: World, merchant: Caller, rail: ScriptedRail, capture: bool
) -> None:
    rail.will(approved(mxn(9_999), "10"))
    command = world.sale(10_000, capture=capture)
    with pytest.raises(PaymentDeclined) as refusal:
        await world.payments.authorise(merchant, command)
    assert (refusal.value.decline, refusal.value.code) == (Decline.INSUFFICIENT_FUNDS, "10")
    assert (await world.get(merchant, command.payment_id)).status is PaymentStatus.UNKNOWN
    await world.run_due()
    kept = await world.get(merchant, command.payment_id)
    assert (kept.status, kept.decline, kept.captured) == (
        PaymentStatus.FAILED,
        Decline.INSUFFICIENT_FUNDS,
        mxn(0),
    )
    assert (rail.charged, rail.held) == (0, 0)
    assert await world.balances(merchant) == {}
    assert await world.events(merchant, kept.payment_id) == ["payment.unknown", "payment.failed"]
    with pytest.raises(PaymentDeclined):
        await world.payments.authorise(merchant, command)
