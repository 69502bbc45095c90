"""`Verify`: a sound ledger has no problems, and whatever is tampered with is named."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from pasarela.core.ledger.model import Verification
from pasarela.core.ledger.seal import Seal
from pasarela.core.ledger.verify import Verify
from pasarela.infra.database import Database
from tests.factories.sealing import seal_all
from tests.factories.tables import rows, stored, until_blocked
from tests.factories.transfers import CLEARING, FEES, PAYABLE, book_in, paid_in, pending, posted, void

SALE = (
    paid_in("in", 1000),
    posted("fee", (PAYABLE, -30), (FEES, 30)),
    pending("p", (PAYABLE, -100), (CLEARING, 100)),
    pending("q", (PAYABLE, -50), (CLEARING, 50)),
    posted("p2", (PAYABLE, -90), (CLEARING, 90), settles="p"),
    void("q2", "q"),
    pending("r", (PAYABLE, -7), (CLEARING, 7)),
    paid_in("other", 5, tenant_id=2),
)


async def problems(verify: Verify) -> tuple[str, ...]:
    return tuple((await verify()).problems)


async def test_verify_an_empty_ledger(verify: Verify) -> None:
    assert await verify() == Verification(0, 0, ())


async def test_verify_a_sound_ledger(database: Database, seal: Seal, verify: Verify) -> None:
    await book_in(database, *SALE)
    assert await verify() == Verification(2, 8, ())
    await seal_all(database, seal)
    assert await verify() == Verification(5, 8, ())


async def test_verify_changes_nothing(database: Database, verify: Verify) -> None:
    await book_in(database, *SALE)
    before = await stored(database)
    await verify()
    assert await stored(database) == before


async def test_verify_may_take_longer_than_other_statements(database_url: str) -> None:
    hasty = Database(database_url, statement_seconds=0.3)
    await hasty.open()
    owner = await asyncpg.connect(database_url)
    try:
        await book_in(hasty, *SALE)
        async with owner.transaction():
            await owner.execute("LOCK TABLE ledger_transfers")
            verifying = asyncio.create_task(Verify(hasty)())
            await until_blocked(hasty)
            # Whatever else wants to read it is given up meanwhile.
            with pytest.raises(TimeoutError):
                await hasty.batch_fetch("SELECT count(*) FROM ledger_transfers")
        assert await verifying == Verification(2, 8, ())
    finally:
        await owner.close()
        await hasty.close()


def differs(carried: str, made: str, *, tenant_id: int = 1) -> str:
    """What is said of the payable account; figures are posted, pending in and pending out."""

    def figures(text: str) -> str:
        return "{} (pending: {} in, {} out)".format(*text.split())

    return f"{PAYABLE} (tenant {tenant_id}) carries {figures(carried)}, its transfers make {figures(made)}"


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        (
            "UPDATE ledger_transfers SET amounts = '{-1001,1001}' WHERE transfer_id = 'in'",
            (differs("880 0 7", "881 0 7"), "all MXN accounts sum to -1"),
        ),
        (
            "DELETE FROM ledger_transfers WHERE transfer_id = 'in'",
            (differs("880 0 7", "-120 0 7"), "all MXN accounts sum to 1000"),
        ),
        ("DELETE FROM ledger_transfers WHERE transfer_id = 'r'", (differs("880 0 7", "880 0 0"),)),
        (
            "DELETE FROM ledger_transfers WHERE transfer_id = 'p'",
            ("p2 (tenant 1) settles wrongly",),
        ),
        (
            "UPDATE ledger_transfers SET amounts = '{-101,101}' WHERE transfer_id = 'p2'",
            (
                "p2 (tenant 1) settles wrongly",
                differs("880 0 7", "869 0 7"),
                "all MXN accounts sum to 11",
            ),
        ),
        (
            "UPDATE ledger_accounts SET posted = posted + 1 WHERE tenant_id = 1",
            (
                differs("881 0 7", "880 0 7"),
                "all MXN accounts sum to 1",
            ),
        ),
        (
            "UPDATE ledger_accounts SET pending_out = 0 WHERE tenant_id = 1",
            (differs("880 0 0", "880 0 7"),),
        ),
        (
            "UPDATE ledger_accounts SET floor_minor = -500 WHERE tenant_id = 1",
            (f"{PAYABLE} (tenant 1) has 873 available, its floor is -500, by the chart 0",),
        ),
        (
            "UPDATE ledger_accounts SET floor_minor = NULL WHERE tenant_id = 1",
            (f"{PAYABLE} (tenant 1) has 873 available, its floor is None, by the chart 0",),
        ),
        (
            "DELETE FROM ledger_accounts WHERE tenant_id = 2",
            (
                differs("0 0 0", "5 0 0", tenant_id=2),
                "all MXN accounts sum to -5",
            ),
        ),
    ],
    ids=[
        "amount changed",
        "posted deleted",
        "pending deleted",
        "settled deleted",
        "settlement grown",
        "balance changed",
        "pending changed",
        "floor lowered",
        "floor removed",
        "account deleted",
    ],
)
async def test_verify_names_what_was_tampered_with(
    database: Database, verify: Verify, tampering: str, named: tuple[str, ...]
) -> None:
    await book_in(database, *SALE)
    await rows(database, tampering)
    assert await problems(verify) == named


async def test_verify_names_an_overdrawn_account(database: Database, verify: Verify) -> None:
    await book_in(database, *SALE)
    await rows(database, "ALTER TABLE ledger_accounts DROP CONSTRAINT never_below_floor")
    await rows(
        database,
        "INSERT INTO ledger_transfers (tenant_id, transfer_id, kind, phase, accounts, amounts, occurred_at)"
        " VALUES (2, 'theft', 'test', 'posted', $1, '{-6,6}', now())",
        [PAYABLE, CLEARING],
    )
    await rows(database, "UPDATE ledger_accounts SET posted = -1 WHERE tenant_id = 2")
    assert await problems(verify) == (f"{PAYABLE} (tenant 2) has -1 available, its floor is 0, by the chart 0",)


async def test_verify_names_unbalanced_legs(database: Database, verify: Verify) -> None:
    await book_in(database, posted("fee", (CLEARING, -30), (FEES, 30)))
    await rows(database, "ALTER TABLE ledger_transfers DROP CONSTRAINT legs_balance")
    await rows(database, "UPDATE ledger_transfers SET amounts = '{-30,31}'")
    assert await problems(verify) == ("legs of fee (tenant 1) are unbalanced", "all MXN accounts sum to 1")


@pytest.mark.parametrize(
    ("tampering", "seals"),
    [
        ("UPDATE ledger_transfers SET amounts = '{-31,31}' WHERE transfer_id = 'fee1'", (1,)),
        ("UPDATE ledger_transfers SET kind = 'gift' WHERE transfer_id = 'fee1'", (1,)),
        ("UPDATE ledger_transfers SET occurred_at = now() WHERE transfer_id = 'fee1'", (1,)),
        ("UPDATE ledger_transfers SET transfer_id = 'fee9' WHERE transfer_id = 'fee1'", (1,)),
        ("DELETE FROM ledger_transfers WHERE transfer_id = 'fee2'", (2,)),
        (
            """INSERT INTO ledger_transfers
            SELECT tenant_id, 'new', kind, phase, settles, accounts, amounts, occurred_at, xact
            FROM ledger_transfers WHERE transfer_id = 'fee2'""",
            (2,),
        ),
        (
            """UPDATE ledger_transfers SET xact = (SELECT xact FROM ledger_transfers WHERE transfer_id = 'fee2')
            WHERE transfer_id = 'fee1'""",
            (1, 2),
        ),
    ],
    ids=["amount", "kind", "instant", "id", "deleted", "added", "moved to another stretch"],
)
async def test_verify_names_the_broken_seal(
    database: Database, seal: Seal, verify: Verify, tampering: str, seals: tuple[int, ...]
) -> None:
    """Transfers between accounts without a floor, their balances made to fit: only the seals tell."""
    for number in (1, 2, 3):
        await book_in(database, posted(f"fee{number}", (CLEARING, -30), (FEES, 30)))
        await seal_all(database, seal)
    await rows(database, tampering)
    await rows(
        database,
        "UPDATE ledger_accounts a SET posted = (SELECT sum(amount) FROM ledger_transfers t,"
        " unnest(t.accounts, t.amounts) AS leg (account, amount) WHERE leg.account = a.account)",
    )
    assert await problems(verify) == tuple(f"seal {number} is broken: its 1 transfers were changed" for number in seals)


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM ledger_seals WHERE seal_number = 1",
        "UPDATE ledger_seals SET xact_from = '1'::xid8 WHERE seal_number = 2",
        "UPDATE ledger_seals SET previous_digest = '\\x00' WHERE seal_number = 2",
    ],
    ids=["seal deleted", "stretch moved", "digest before changed"],
)
async def test_verify_names_a_seal_that_does_not_follow(
    database: Database, seal: Seal, verify: Verify, tampering: str
) -> None:
    for number in (1, 2):
        await book_in(database, posted(f"fee{number}", (CLEARING, -30), (FEES, 30)))
        await seal_all(database, seal)
    await rows(database, tampering)
    assert await problems(verify) == ("seal 2 is broken: it does not follow the one before it",)


async def test_verify_names_a_folded_balance_that_was_changed(database: Database, seal: Seal, verify: Verify) -> None:
    await book_in(database, posted("fee", (CLEARING, -30), (FEES, 30)))
    await seal_all(database, seal)
    await rows(database, "UPDATE ledger_accounts SET posted = 31, pending_out = 1 WHERE account = $1", FEES)
    assert await problems(verify) == (
        f"{FEES} (tenant 1) carries 31 (pending: 0 in, 1 out), its transfers make 30 (pending: 0 in, 0 out)",
        "all MXN accounts sum to 1",
    )
