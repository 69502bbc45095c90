"""Who sees which payment: the merchant, or one of his customers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.model import NewCustomer
from pasarela.core.payments.errors import UnknownPayment
from pasarela.core.payments.model import Level, Payment, PaymentFilter, PaymentStatus
from pasarela.core.payments.queries import SQL
from pasarela.infra.database import Database
from pasarela.kernel.paging import Page
from tests.factories.payments import World
from tests.factories.tables import rows, stored
from tests.fakes.card_rail import ScriptedRail
from tests.fakes.stopped_clock import NOON

MERCHANT, HOLDER, GUEST, STRANGER = Level(), Level("aholder"), Level("aguest"), Level("astranger")
SEEN_BY = {"own": {MERCHANT}, "holder": {HOLDER}, "guest": {MERCHANT, GUEST}}


@pytest.fixture(autouse=True)
async def holder(world: World, merchant: Caller) -> None:
    """Only who is there can be credited."""
    new = NewCustomer("aholder", "Ana", None, "ana@payments.com", has_account=True)
    await CreateCustomer(world.database, world.clock)(merchant, new)


async def pay(world: World, merchant: Caller, whose: str, *, hold: bool = False) -> Payment:
    """The merchant's own payment, one of a customer who has an account, or of one who has none."""
    customer = {} if whose == "own" else {"customer_id": f"a{whose}", "credits_customer": whose == "holder"}
    return await (world.hold if hold else world.sell)(merchant, **customer)  # type: ignore[arg-type]  # any fields


@pytest.mark.parametrize("whose", SEEN_BY)
async def test_get(world: World, merchant: Caller, whose: str) -> None:
    paid = await pay(world, merchant, whose)

    for level in (MERCHANT, HOLDER, GUEST, STRANGER):
        if level in SEEN_BY[whose]:
            assert await world.payments.get(merchant, paid.payment_id, level) == paid
        else:
            with pytest.raises(UnknownPayment):
                await world.payments.get(merchant, paid.payment_id, level)
    assert await world.payments.get(merchant, paid.payment_id) == paid


async def test_list(world: World, merchant: Caller) -> None:
    paid = {(await pay(world, merchant, whose)).payment_id: whose for whose in ("own", "holder", "guest", "holder")}

    async def listed(level: Level | None) -> list[str]:
        found = await world.payments.list(merchant, PaymentFilter(level=level), Page())
        return sorted(paid[payment.payment_id] for payment in found)

    assert await listed(None) == ["guest", "holder", "holder", "own"]
    assert await listed(MERCHANT) == ["guest", "own"]
    assert await listed(HOLDER) == ["holder", "holder"]
    assert await listed(GUEST) == ["guest"]
    assert await listed(STRANGER) == []


@pytest.mark.parametrize("whose", SEEN_BY)
async def test_capture_and_refund_from_a_place_that_does_not_see_it(
    database: Database, world: World, merchant: Caller, rail: ScriptedRail, whose: str
) -> None:
    held = await pay(world, merchant, whose, hold=True)
    before, sent = await stored(database), len(rail.sent)

    for level in {MERCHANT, HOLDER, GUEST, STRANGER} - SEEN_BY[whose]:
        with pytest.raises(UnknownPayment):
            await world.payments.capture(merchant, world.capturing(held, level=level))
        with pytest.raises(UnknownPayment):
            await world.payments.refund(merchant, world.refunding(held, level=level))

    assert (await stored(database), len(rail.sent)) == (before, sent)


@pytest.mark.parametrize("whose", SEEN_BY)
async def test_capture_and_refund_from_where_it_is_seen(world: World, merchant: Caller, whose: str) -> None:
    for level in SEEN_BY[whose]:
        held = await pay(world, merchant, whose, hold=True)

        captured = await world.payments.capture(merchant, world.capturing(held, level=level))
        refunded = await world.payments.refund(merchant, world.refunding(held, 3_000, level=level))

        assert captured.status is PaymentStatus.COMPLETED
        assert refunded.refunded.minor == 3_000
        assert refunded.customer_id == level.customer_id or level == MERCHANT


MANY = """
INSERT INTO payments (tenant_id, payment_id, api, instrument, status, currency, amount, capture_now, customer_id,
                      credits_customer, details, created_at, operated_at)
SELECT $1, 'tr' || lpad(n::text, 6, '0'), 'openpay', 'card', 'completed', 'MXN', 1, true, 'aholder', n % 1000 <> 0,
       '{}', $2, $2
FROM generate_series(1, 6000) AS n
"""


async def test_the_merchants_list_does_not_walk_past_what_customers_pay(
    database: Database, world: World, merchant: Caller
) -> None:
    await rows(database, MANY, merchant.tenant_id, NOON)
    await rows(database, "ANALYZE payments")

    found = await world.payments.list(merchant, PaymentFilter(), Page())
    async with database.tenant(merchant.tenant_id) as tx:
        arguments = [NOON, NOON + timedelta(days=1), *[None] * 7, True, 0, 10]
        plan = await tx.fetch(f"EXPLAIN {SQL['list_payments']}", merchant.tenant_id, *arguments)

    assert [payment.payment_id for payment in found] == [f"tr00{n}000" for n in range(6, 0, -1)]
    [condition] = [row[0] for row in plan if "Index Cond" in row[0] and "created_at" in row[0]]
    assert "credits_customer = false" in condition


async def test_the_same_command_again_keeps_its_customer(world: World, merchant: Caller) -> None:
    command = world.sale(customer_id="aholder", credits_customer=True)
    paid = await world.payments.authorise(merchant, command)

    assert (paid.customer_id, paid.credits_customer) == ("aholder", True)
    assert await world.payments.authorise(merchant, command) == paid
