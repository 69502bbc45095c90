"""`Seal`: what it folds, where it stops, and that nothing is ever skipped."""

from __future__ import annotations

import asyncio

from pasarela.core.ledger.book import book
from pasarela.core.ledger.model import Balance
from pasarela.core.ledger.queries import LedgerQueries
from pasarela.core.ledger.seal import Seal
from pasarela.core.ledger.verify import Verify
from pasarela.infra.database import Database
from tests.factories.sealing import seal_all
from tests.factories.tables import rows, stored
from tests.factories.transfers import CLEARING, FEES, PAYABLE, book_in, paid_in, pending, posted
from tests.fakes.stopped_clock import NOON, StoppedClock

SEALS = "SELECT seal_number, transfers, sealed_at FROM ledger_seals ORDER BY seal_number"


async def carried(database: Database) -> dict[str, int]:
    """What the accounts of tenant 1 carry themselves, without the tail of unsealed transfers."""
    found = await rows(database, "SELECT account, posted FROM ledger_accounts WHERE tenant_id = 1")
    return {row["account"]: row["posted"] for row in found}


async def test_seal_of_an_empty_ledger(database: Database, seal: Seal, verify: Verify) -> None:
    assert await seal() == 0
    assert await rows(database, SEALS) == []
    assert (await verify()).balanced


async def test_seal_folds_accounts_without_a_floor(database: Database, seal: Seal, ledger: LedgerQueries) -> None:
    await book_in(database, paid_in("a", 100), pending("p", (CLEARING, -5), (FEES, 5)))
    balances = await ledger.balances(1)
    assert await carried(database) == {PAYABLE: 100}
    assert await seal_all(database, seal) == 2
    assert await carried(database) == {PAYABLE: 100, CLEARING: -100}
    assert (
        await ledger.balances(1)
        == balances
        == [
            Balance(PAYABLE, "MXN", 100, 0, 0),
            Balance(CLEARING, "MXN", -100, 0, 0),
        ]
    )


async def test_seal_again_changes_nothing(database: Database, seal: Seal) -> None:
    await book_in(database, paid_in("a", 100))
    await seal_all(database, seal)
    before = await stored(database)
    assert await seal() == 0
    assert await stored(database) == before
    assert [tuple(row) for row in await rows(database, SEALS)] == [(1, 1, NOON)]


async def test_seals_follow_each_other(database: Database, seal: Seal, verify: Verify, ledger: LedgerQueries) -> None:
    for number in range(3):
        await book_in(database, paid_in(f"a{number}", 100), posted(f"f{number}", (CLEARING, -1), (FEES, 1)))
        await seal_all(database, seal)
    await book_in(database, paid_in("tail", 5))
    assert [row["transfers"] for row in await rows(database, SEALS)] == [2, 2, 2]
    assert [(balance.account, balance.posted) for balance in await ledger.balances(1)] == [
        (FEES, 3),
        (PAYABLE, 305),
        (CLEARING, -308),
    ]
    assert (await verify()).balanced


async def test_seal_takes_whole_transactions(database: Database, verify: Verify) -> None:
    """Also one that holds more than a stretch should."""
    for number, size in enumerate([2, 1, 7, 3, 1]):
        await book_in(database, *(paid_in(f"{number}/{n}", 1) for n in range(size)))
    assert await seal_all(database, Seal(database, StoppedClock(), stretch_max=3)) == 14
    sealed = [row["transfers"] for row in await rows(database, SEALS)]
    assert sum(sealed) == 14
    assert max(sealed) == 7
    assert (await verify()).balanced
    assert await carried(database) == {PAYABLE: 14, CLEARING: -14}


async def test_seal_stops_below_the_oldest_open_transaction(
    database: Database, seal: Seal, verify: Verify, ledger: LedgerQueries
) -> None:
    async with database.batch() as late:
        await book(late, [paid_in("late", 1, "merchant_payable/late.MXN")])
        await book_in(database, paid_in("early", 10))
        assert await seal() == 0
        assert await carried(database) == {PAYABLE: 10}
        assert (await verify()).balanced
    assert await seal_all(database, seal) == 2
    assert (await verify()).balanced
    assert [(balance.account, balance.posted) for balance in await ledger.balances(1)] == [
        (PAYABLE, 10),
        ("merchant_payable/late.MXN", 1),
        (CLEARING, -11),
    ]


async def test_seal_waits_for_a_transaction_that_has_not_booked_yet(
    database: Database, seal: Seal, verify: Verify
) -> None:
    await book_in(database, paid_in("before", 1))
    await seal_all(database, seal)
    async with database.batch() as late:
        await late.execute("SELECT pg_current_xact_id()")
        await book_in(database, paid_in("early", 10))
        assert await seal() == 0
        await book(late, [paid_in("late", 100)])
    assert await seal_all(database, seal) == 2
    assert await carried(database) == {PAYABLE: 111, CLEARING: -111}
    assert (await verify()).balanced


async def test_seal_beside_traffic(database: Database, seal: Seal, verify: Verify, ledger: LedgerQueries) -> None:
    """Many book while several seal: each transfer is sealed once, and readers never see it twice or not at all."""
    booked = 0
    finished = asyncio.Event()

    async def traffic(number: int) -> None:
        nonlocal booked
        for n in range(10):
            await book_in(database, posted(f"{number}/{n}", (CLEARING, -1), (FEES, 1)))
            booked += 1

    async def sealing() -> int:
        total = 0
        while not finished.is_set():
            total += await seal()
        return total

    async def reading() -> None:
        while not finished.is_set():
            at_least = booked
            balances = {balance.account: balance.posted for balance in await ledger.balances(1)}
            assert balances.get(FEES, 0) == -balances.get(CLEARING, 0)
            assert balances.get(FEES, 0) >= at_least
            assert (await verify()).problems == ()

    async with asyncio.TaskGroup() as group:
        helpers = [group.create_task(work) for work in (sealing(), sealing(), reading())]
        await asyncio.gather(*(traffic(number) for number in range(8)))
        finished.set()
    rest = await seal_all(database, seal)
    assert (helpers[0].result() or 0) + (helpers[1].result() or 0) + rest == 80
    assert await carried(database) == {FEES: 80, CLEARING: -80}
    assert (await verify()).balanced
