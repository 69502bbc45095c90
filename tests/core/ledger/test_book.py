"""`book` on a real database: batches, replays, and many at once."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from pasarela.core.ledger.book import SQL, book
from pasarela.core.ledger.errors import (
    AlreadySettled,
    InsufficientFunds,
    TransferConflict,
    UnknownPending,
)
from pasarela.core.ledger.model import Balance, Booked, Transfer
from pasarela.core.ledger.queries import LedgerQueries
from pasarela.core.ledger.verify import Verify
from pasarela.infra.database import Database, Tx
from pasarela.kernel.errors import Refusal
from tests.factories.tables import stored, until_blocked
from tests.factories.transfers import (
    CLEARING,
    FEES,
    PAYABLE,
    PAYABLE_USD,
    TAX,
    book_in,
    paid_in,
    paid_out,
    payable_of,
    pending,
    posted,
    void,
)


def kinds(results: list[Booked | Refusal]) -> list[type]:
    return [type(result) for result in results]


async def test_book_nothing(database: Database) -> None:
    assert await book_in(database) == []
    assert await stored(database, "ledger_accounts", "ledger_transfers") == {
        "ledger_accounts": [],
        "ledger_transfers": [],
    }


async def test_book_a_batch_of_several_tenants(database: Database, ledger: LedgerQueries, verify: Verify) -> None:
    results = await book_in(
        database,
        paid_in("a", 100),
        paid_out("b", 101),
        paid_out("c", 40),
        paid_in("a", 7, tenant_id=2),
        pending("d", (PAYABLE, -60), (CLEARING, 60)),
        void("e", "nothing"),
    )
    assert kinds(results) == [Booked, InsufficientFunds, Booked, Booked, Booked, UnknownPending]
    assert await ledger.balances(1) == [
        Balance(PAYABLE, "MXN", 60, 0, 60),
        Balance(CLEARING, "MXN", -60, 0, 0),
    ]
    assert await ledger.balances(2) == [Balance(PAYABLE, "MXN", 7, 0, 0), Balance(CLEARING, "MXN", -7, 0, 0)]
    assert (await verify()).balanced


async def test_a_refused_transfer_leaves_no_trace(database: Database) -> None:
    await book_in(database, paid_in("a", 100), pending("p", (PAYABLE, -60), (CLEARING, 60)), void("v", "p"))
    before = await stored(database)
    refused = await book_in(
        database,
        paid_out("b", 101),
        paid_in("a", 99),
        void("w", "p"),
        posted("x", (PAYABLE, -1), (CLEARING, 1), settles="a"),
    )
    assert kinds(refused) == [InsufficientFunds, TransferConflict, AlreadySettled, UnknownPending]
    assert await stored(database) == before


async def test_replay_changes_nothing(database: Database) -> None:
    batch = (
        paid_in("a", 100),
        pending("p", (PAYABLE, -60), (CLEARING, 60)),
        posted("q", (PAYABLE, -50), (CLEARING, 50), settles="p"),
        paid_out("c", 50),
    )
    assert [result for result in await book_in(database, *batch) if result.replayed] == []  # type: ignore[union-attr]  # all of it is booked
    before = await stored(database)
    assert await book_in(database, *batch) == [Booked(transfer.transfer_id, replayed=True) for transfer in batch]
    assert await stored(database) == before


async def test_a_rolled_back_batch_leaves_no_trace(database: Database) -> None:
    await book_in(database, paid_in("a", 100))
    before = await stored(database)
    async with database.batch() as tx:
        assert kinds(await book(tx, [paid_out("b", 100)])) == [Booked]
        await tx.execute("ROLLBACK; BEGIN")
    assert await stored(database) == before


async def test_currencies_are_apart(database: Database, ledger: LedgerQueries) -> None:
    await book_in(database, paid_in("a", 100))
    refused = await book_in(database, posted("b", (PAYABLE_USD, -1), ("network_clearing.USD", 1)))
    assert kinds(refused) == [InsufficientFunds]
    assert [balance.account for balance in await ledger.balances(1)] == [PAYABLE, PAYABLE_USD, CLEARING]


async def test_parallel_withdrawals_never_overdraw(database: Database, ledger: LedgerQueries, verify: Verify) -> None:
    await book_in(database, paid_in("in", 1000))
    results = await asyncio.gather(*(book_in(database, paid_out(f"out{n}", 30)) for n in range(50)))
    assert Counter(type(result) for batch in results for result in batch) == {Booked: 33, InsufficientFunds: 17}
    assert await ledger.balances(1, [PAYABLE]) == [Balance(PAYABLE, "MXN", 10, 0, 0)]
    assert (await verify()).balanced


async def test_parallel_reservations_never_overdraw(database: Database, ledger: LedgerQueries, verify: Verify) -> None:
    await book_in(database, paid_in("in", 1000))
    results = await asyncio.gather(
        *(book_in(database, pending(f"p{n}", (PAYABLE, -30), (CLEARING, 30))) for n in range(25)),
        *(book_in(database, paid_out(f"out{n}", 30)) for n in range(25)),
    )
    assert Counter(type(result) for batch in results for result in batch) == {Booked: 33, InsufficientFunds: 17}
    [balance] = await ledger.balances(1, [PAYABLE])
    assert balance.available == 10
    assert (await verify()).balanced


async def test_two_way_batches_never_deadlock(database: Database, ledger: LedgerQueries, verify: Verify) -> None:
    """Accounts are opened, locked and changed by many batches at once, named in any order, back and forth."""
    dice = random.Random(20261121)  # noqa: S311 - repeatable on purpose
    owners = [payable_of(f"c{n}") for n in range(8)]

    def batch(number: int) -> list[Transfer]:
        accounts = dice.sample(owners, 6)
        pairs = zip(accounts[::2], accounts[1::2], strict=True)
        return [
            transfer
            for n, (giver, taker) in enumerate(pairs)
            for transfer in (
                paid_in(f"{number}/{n}/in", 5, giver, tenant_id=1 + n % 2),
                posted(f"{number}/{n}", (giver, -5), (taker, 5), tenant_id=1 + n % 2),
            )
        ]

    results = await asyncio.gather(*(book_in(database, *batch(number)) for number in range(60)))
    assert Counter(type(result) for booked in results for result in booked) == {Booked: 60 * 6}
    balances = [*await ledger.balances(1), *await ledger.balances(2)]
    assert sum(balance.posted for balance in balances) == 0
    assert sum(balance.posted for balance in balances if balance.account != CLEARING) == 60 * 3 * 5
    assert (await verify()).balanced


class _Halting:
    """A transaction that halts before it opens accounts."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.halted = asyncio.Event()
        self.go_on = asyncio.Event()

    async def fetch(self, statement: str, *args: object) -> Any:
        return await self._tx.fetch(statement, *args)

    async def execute(self, statement: str, *args: object) -> Any:
        if statement == SQL["open_accounts"]:
            self.halted.set()
            await self.go_on.wait()
        return await self._tx.execute(statement, *args)


async def test_opening_accounts_never_deadlocks(database: Database, verify: Verify) -> None:
    """Two batches find accounts missing, a third opens one of them in between."""
    first, second = payable_of("a"), payable_of("z")
    async with database.batch() as one_tx, database.batch() as other_tx:
        one, other = _Halting(one_tx), _Halting(other_tx)

        async def booked(halting: _Halting, tx: Tx, *transfers: Transfer) -> list[Booked | Refusal]:
            results = await book(halting, transfers)  # type: ignore[arg-type]  # as much of a transaction as is used
            await tx.execute("COMMIT; BEGIN")
            return results

        booking = asyncio.create_task(booked(one, one_tx, paid_in("1", 1, first), paid_in("2", 1, second)))
        await one.halted.wait()
        await book_in(database, paid_in("3", 1, second))
        meanwhile = asyncio.create_task(booked(other, other_tx, paid_in("4", 1, second), paid_in("5", 1, first)))
        await other.halted.wait()
        one.go_on.set()
        other.go_on.set()
        assert kinds([*await booking, *await meanwhile]) == [Booked] * 4
    assert (await verify()).transfers == 5


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        (posted("x", (CLEARING, -5), (FEES, 5)), Booked("x", replayed=True)),
        (posted("x", (CLEARING, -6), (FEES, 6)), TransferConflict),
        (void("w", "p"), AlreadySettled),
    ],
    ids=["replay", "conflict", "settled"],
)
async def test_the_same_at_once_on_accounts_that_nobody_locks(
    database: Database, ledger: LedgerQueries, verify: Verify, waits: Transfer, expected: object
) -> None:
    await book_in(database, pending("p", (CLEARING, -5), (FEES, 5)))
    async with database.batch() as tx:
        await book(tx, [posted("x", (CLEARING, -5), (FEES, 5)), void("v", "p")])
        waiting = asyncio.create_task(book_in(database, waits, paid_in("beside", 3)))
        await until_blocked(database)
    result, beside = await waiting
    assert expected in (result, type(result))
    assert beside == Booked("beside", replayed=False)
    assert [(balance.account, balance.posted) for balance in await ledger.balances(1)] == [
        (FEES, 5),
        (PAYABLE, 3),
        (CLEARING, -8),
    ]
    assert (await verify()).balanced


async def test_many_replays_at_once(database: Database, verify: Verify) -> None:
    transfers = [posted("x", (CLEARING, -5), (FEES, 4), (TAX, 1)), paid_in("y", 5), paid_in("z", 5, payable_of("c"))]
    results = await asyncio.gather(*(book_in(database, *(transfers if n % 2 else transfers[::-1])) for n in range(20)))
    fresh = Counter(result.transfer_id for batch in results for result in batch if not result.replayed)  # type: ignore[union-attr]  # none is refused
    assert fresh == {"x": 1, "y": 1, "z": 1}
    assert (await verify()).transfers == 3


async def test_a_long_batch(database: Database, verify: Verify) -> None:
    results = await book_in(database, *(paid_in(f"t{n}", n + 1, tenant_id=n % 7) for n in range(500)))
    assert results == [Booked(f"t{n}", replayed=False) for n in range(500)]
    assert await verify() == replace(await verify(), accounts=7, transfers=500, problems=())
