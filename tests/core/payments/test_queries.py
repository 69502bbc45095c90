"""`PaymentQueries`: one payment, lists by every condition, pages, and that no tenant sees another's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import UnknownPayment
from pasarela.core.payments.model import OperationKind, Payment, PaymentFilter, PaymentStatus
from pasarela.core.payments.queries import SQL
from pasarela.infra.database import Database
from pasarela.kernel.decline import Decline
from pasarela.kernel.paging import Page
from tests.factories.payments import World, mxn
from tests.factories.tables import rows
from tests.fakes.card_rail import Fate, ScriptedRail, declined
from tests.fakes.stopped_clock import NOON

HOUR = timedelta(hours=1)
S = PaymentStatus


def newest_first(payments: list[Payment]) -> list[Payment]:
    return sorted(payments, key=lambda payment: (payment.created_at, payment.payment_id), reverse=True)


def without_operations(payments: list[Payment]) -> list[str]:
    return [payment.payment_id for payment in payments]


async def many(world: World, merchant: Caller, rail: ScriptedRail) -> list[Payment]:
    """Payments of every kind, two an hour; as a single read shows them, newest first."""
    ids: list[str] = []

    async def made(amount: int, *, capture: bool = True, order: bool = False, customer: str | None = None) -> Payment:
        ids.append(world.fresh("tr"))
        if len(ids) % 2:
            world.clock.advance(hours=1)
        command = world.sale(
            amount,
            payment_id=ids[-1],
            capture=capture,
            order_id=f"o-{len(ids)}" if order else None,
            customer_id=customer,
        )
        await asyncio.gather(world.payments.authorise(merchant, command), return_exceptions=True)
        return await world.get(merchant, ids[-1])

    await made(100, order=True)
    await made(300, customer="aone")
    rail.will(declined(Decline.EXPIRED_CARD))
    await made(200, order=True)
    rail.will(Fate.LOSE_ANSWER)
    await made(500)
    rail.will(Fate.NOT_SENT)
    await made(200, customer="aone")
    await made(500, capture=False, customer="atwo")
    await world.capture(merchant, await made(500, capture=False, order=True), 300)
    await world.refund(merchant, await made(700, capture=False))
    await world.refund(merchant, await made(900, order=True))
    await world.refund(merchant, await made(900), 300)
    await made(100, customer="atwo")
    return newest_first([await world.get(merchant, payment_id) for payment_id in ids])


CONDITIONS: dict[str, tuple[PaymentFilter, Callable[[Payment], bool]]] = {
    "all": (PaymentFilter(), lambda _: True),
    "created from": (PaymentFilter(created_from=NOON + 3 * HOUR), lambda p: p.created_at >= NOON + 3 * HOUR),
    "created before": (PaymentFilter(created_before=NOON + 3 * HOUR), lambda p: p.created_at < NOON + 3 * HOUR),
    "created between": (
        PaymentFilter(created_from=NOON + 2 * HOUR, created_before=NOON + 4 * HOUR),
        lambda p: NOON + 2 * HOUR <= p.created_at < NOON + 4 * HOUR,
    ),
    "created in no time": (PaymentFilter(created_from=NOON, created_before=NOON), lambda _: False),
    "amount": (PaymentFilter(amount=300), lambda p: p.amount == mxn(300)),
    "at least": (PaymentFilter(amount_at_least=300), lambda p: p.amount.minor >= 300),
    "at most": (PaymentFilter(amount_at_most=300), lambda p: p.amount.minor <= 300),
    "between": (PaymentFilter(amount_at_least=200, amount_at_most=500), lambda p: 200 <= p.amount.minor <= 500),
    "completed": (PaymentFilter(statuses=(S.COMPLETED,)), lambda p: p.status is S.COMPLETED),
    "two statuses": (
        PaymentFilter(statuses=(S.DECLINED, S.AUTHORIZED)),
        lambda p: p.status in {S.DECLINED, S.AUTHORIZED},
    ),
    "no status": (PaymentFilter(statuses=()), lambda _: False),
    "unknown": (PaymentFilter(statuses=(S.UNKNOWN,)), lambda p: p.status is S.UNKNOWN),
    "refunded": (PaymentFilter(refunded=True), lambda p: p.refunded.minor > 0 and p.refunded == p.captured),
    "not refunded": (
        PaymentFilter(refunded=False),
        lambda p: p.refunded.minor == 0 or p.refunded != p.captured,
    ),
    "order id": (PaymentFilter(order_id="o-7"), lambda p: p.order_id == "o-7"),
    "order id of nobody": (PaymentFilter(order_id="o-2"), lambda _: False),
    "everything at once": (
        PaymentFilter(NOON, NOON + 99 * HOUR, 300, 100, 500, (S.COMPLETED,), refunded=False, order_id="o-7"),
        lambda p: p.order_id == "o-7",
    ),
}


async def test_list_by_every_condition(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    payments = await many(world, merchant, rail)
    matched = set()
    for name, (wanted, matches) in CONDITIONS.items():
        found = await world.payments.list(merchant, wanted, Page(0, 100))
        expected = [payment for payment in payments if matches(payment)]
        assert without_operations(found) == without_operations(expected), name
        assert [payment.status for payment in found] == [payment.status for payment in expected], name
        matched |= {name} if expected else set()
    assert set(CONDITIONS) - matched == {"created in no time", "no status", "order id of nobody"}


async def test_pages_follow_each_other(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    payments = without_operations(await many(world, merchant, rail))
    for limit in (1, 3, 100):
        pages = [
            without_operations(await world.payments.list(merchant, PaymentFilter(), Page(offset, limit)))
            for offset in range(0, len(payments) + limit, limit)
        ]
        assert [one for page in pages for one in page] == payments
        assert pages[-1] == [] or limit == 100
    assert await world.payments.list(merchant, PaymentFilter(), Page(1_000_000, 10)) == []


async def test_a_listed_payment_is_the_payment(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    """Where something was refunded with its operations, too."""
    payments = {payment.payment_id: payment for payment in await many(world, merchant, rail)}
    for listed in await world.payments.list(merchant, PaymentFilter(), Page(0, 100)):
        single = payments[listed.payment_id]
        assert listed == single or (listed.operations, single.refunded) == ((), mxn(0))
    [part] = await world.payments.list(merchant, PaymentFilter(amount=900, refunded=False), Page())
    assert [(one.kind, one.amount) for one in part.operations] == [(OperationKind.REFUND, mxn(300))]


async def test_another_merchant_sees_nothing(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    payments = await many(world, merchant, rail)
    other = await world.merchant()
    for wanted, _ in CONDITIONS.values():
        assert await world.payments.list(other, wanted, Page()) == []
    for payment in payments:
        with pytest.raises(UnknownPayment):
            await world.get(other, payment)


async def test_without_a_condition_on_the_tenant_still_nobody_elses_rows_are_seen(
    world: World, merchant: Caller
) -> None:
    """Row-level security, should a statement ever forget its WHERE."""
    held = await world.hold(merchant, order_id="o-1")
    await world.refund(merchant, held)
    tables = ("payments", "payment_attempts", "payment_operations", "ledger_accounts", "ledger_transfers", "claims",
              "outbox_events")  # fmt: skip  # a list to be read as one
    other = await world.merchant()
    for table in tables:
        async with world.database.tenant(merchant.tenant_id) as tx:
            assert await tx.fetchval(f"SELECT count(*) FROM {table}") > 0, table  # noqa: S608 - names from above
        async with world.database.tenant(other.tenant_id) as tx:
            assert await tx.fetchval(f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608 - names from above


CLONES = """
INSERT INTO payments (tenant_id, payment_id, api, instrument, status, currency, amount, captured, refunded,
                      capture_now, customer_id, details, created_at, operated_at)
SELECT $1, 'tr' || lpad(n::text, 6, '0'), 'openpay', 'card',
       CASE WHEN n % 50 = 0 THEN 'declined' ELSE 'completed' END, 'MXN', n % 40 + 1, n % 40 + 1,
       CASE WHEN n % 50 = 1 THEN n % 40 + 1 ELSE 0 END, true, 'a' || n % 60, '{}', at, at
FROM generate_series(1, 6000) AS n, LATERAL (SELECT $2::timestamptz + (n / 3) * interval '1 second') AS made (at)
"""


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (PaymentFilter(), "payments_by_creation"),
        (PaymentFilter(created_from=NOON + timedelta(minutes=30)), "payments_by_creation"),
        (PaymentFilter(statuses=(S.DECLINED,)), "payments_by_status"),
        (PaymentFilter(amount=7), "payments_by_amount"),
        (PaymentFilter(refunded=True), "payments_refunded"),
    ],
    ids=["all", "since", "status", "amount", "refunded"],
)
async def test_deep_pages_come_from_an_index(
    database: Database, world: World, merchant: Caller, wanted: PaymentFilter, index: str
) -> None:
    """In order already: whatever the offset, nothing is sorted and no row of another kind is read."""
    await rows(database, CLONES, merchant.tenant_id, NOON)
    await rows(database, "ANALYZE payments")
    every: list[str] = []
    while page := await world.payments.list(merchant, wanted, Page(len(every), 100)):
        every += without_operations(page)
    assert len(every) == len(set(every)) > 100
    assert every == sorted(every, reverse=True)
    plan = await explained(database, merchant, wanted, Page(len(every) - 20, 100))
    assert index in plan
    assert "Sort" not in plan
    assert "Seq Scan" not in plan


async def explained(database: Database, merchant: Caller, wanted: PaymentFilter, page: Page) -> str:
    """How the merchant's list would be found."""
    arguments = [
        wanted.created_from or NOON - timedelta(days=9),
        wanted.created_before or NOON + timedelta(days=9),
        wanted.amount,
        wanted.amount_at_least,
        wanted.amount_at_most,
        [status.value for status in wanted.statuses] if wanted.statuses else None,
        wanted.refunded,
        wanted.order_id,
        None,
        True,
        page.offset,
        page.limit,
    ]
    async with database.tenant(merchant.tenant_id) as tx:
        plan = await tx.fetch(f"EXPLAIN {SQL['list_payments']}", merchant.tenant_id, *arguments)
    return "\n".join(row[0] for row in plan)


async def test_get_shows_all_operations_oldest_first(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    held = await world.hold(merchant)
    rail.will(declined(Decline.DO_NOT_HONOUR))
    await asyncio.gather(world.capture(merchant, held), return_exceptions=True)
    for step in (world.capture(merchant, held), world.refund(merchant, held, 1), world.refund(merchant, held, 2)):
        world.clock.advance(seconds=1)
        await step
    kept = await world.get(merchant, held)
    assert [(one.kind.value, one.status.value, one.amount.minor) for one in kept.operations] == [
        ("capture", "failed", 10_000),
        ("capture", "completed", 10_000),
        ("refund", "completed", 1),
        ("refund", "completed", 2),
    ]


async def test_get_an_unknown_payment(world: World, merchant: Caller) -> None:
    with pytest.raises(UnknownPayment):
        await world.get(merchant, "trnone")
