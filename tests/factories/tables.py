"""Looks at, and meddles with, a test's database as the user who owns its tables: behind the code's back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

from pasarela.infra.database import Database

Stored = dict[str, list[dict[str, object]]]

# In an order that tests may rely on; what is written only for its own time (request log, clock) is left out.
_TABLES = {
    "customers": "tenant_id, customer_id",
    "plans": "tenant_id, plan_id",
    "subscriptions": "tenant_id, subscription_id",
    "subscription_charges": "tenant_id, subscription_id, payment_id",
    "payments": "tenant_id, payment_id",
    "payment_attempts": "tenant_id, attempt_id",
    "payment_operations": "tenant_id, payment_id, operation_id",
    "ledger_accounts": "tenant_id, account",
    "ledger_transfers": "tenant_id, transfer_id",
    "outbox_events": "tenant_id, event_id",
    "due_work": "tenant_id, kind, subject",
    "claims": "tenant_id, scope, key",
    "inbox": "source, message_id",
    "vault_pans": "tenant_id, fingerprint",
    "vault_cards": "tenant_id, card_id",
    "vault_tokens": "tenant_id, token_id",
}


async def rows(database: Database, statement: str, *args: object) -> list[asyncpg.Record]:
    """What `statement` answers to the owner."""
    connection = await asyncpg.connect(database.url)
    try:
        return await connection.fetch(statement, *args)
    finally:
        await connection.close()


async def stored(database: Database, *tables: str) -> Stored:
    """The whole content of the tables that payments and the ledger write, or of those named: what a refusal must
    leave as it was."""
    connection = await asyncpg.connect(database.url)
    try:
        return {
            table: [dict(row) for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY {_TABLES[table]}")]  # noqa: S608 - names from above
            for table in tables or _TABLES
        }
    finally:
        await connection.close()


async def emptied(database: Database, *tables: str) -> None:
    """Takes everything out of these tables."""
    connection = await asyncpg.connect(database.url)
    try:
        await connection.execute(f"TRUNCATE {', '.join(tables)}")
    finally:
        await connection.close()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Lets everybody else go on until `condition` holds."""
    async with asyncio.timeout(30):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.002)


async def until_blocked(database: Database, count: int = 1) -> None:
    """Waits until so many of this database's connections wait for a lock."""

    async def blocked() -> bool:
        waiting = await rows(
            database,
            "SELECT count(*) AS number FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
        return bool(waiting[0]["number"] >= count)

    await until(blocked)
