"""Fills a database with a past: a million charges of a year with all the rows that they leave, and books that balance.

Nine in ten are the busy merchant's, because his lists are the ones that could grow slow. They were completed, declined,
refunded in whole or part, captured later, voided, expired, or are still held. Rows are copies of a real charge.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import asyncpg

from bench.cluster import Cluster
from bench.merchants import Merchant
from bench.pgbench import SQL, sample, with_values
from bench.progress import say
from pasarela.core.ledger.seal import Seal
from pasarela.core.ledger.verify import Verify
from pasarela.infra.database import Database
from pasarela.kernel.clock import SystemClock

BATCH = 20_000
AT_ONCE = 50
"""How many charges share a transaction, as under load."""

SPAN = timedelta(days=365)
TELL_EVERY = 100_000


async def load(cluster: Cluster, database: str, merchants: Sequence[Merchant], charges: int) -> list[str]:
    """Adds `charges` charges to those of `database`, where the first merchant is the busy one and each has paid once.

    Answers what does not balance afterwards: nothing, if all is well.
    """
    say(f"writing a history of {charges:,} charges")
    row = await sample(cluster, database, merchants[0].tenant_id)
    functions = (SQL / "history_functions.sql").read_text()
    await cluster.execute(database, with_values(functions, row).replace("{{}}", "{}"))
    connection = await asyncpg.connect(cluster.url(database), server_settings={"synchronous_commit": "off"})
    try:
        await _name_merchants(connection, merchants)
        ended = datetime.now(UTC) - timedelta(hours=1)
        for first in range(0, charges, BATCH):
            last = min(first + BATCH, charges)
            await connection.execute(
                "CALL bench_decide($1, $2, $3, $4, $5)", first, last, charges, ended - SPAN, ended, timeout=600
            )
            await connection.execute("CALL bench_write($1, $2, $3)", first, last, AT_ONCE, timeout=600)
            if last % TELL_EVERY == 0 or last == charges:
                say(f"  {last:,} written")
        await connection.execute(
            "DROP PROCEDURE bench_write, bench_close, bench_open, bench_decide; DROP FUNCTION bench_time36;"
            "DROP TABLE bench_batch, bench_merchants;"
            # Whoever answers events has answered these.
            "UPDATE outbox_cursors SET (xact, position) = ("
            " SELECT xact, position FROM outbox_events ORDER BY xact DESC, position DESC LIMIT 1)"
        )
        say("  collecting statistics, as autovacuum does in quiet times")
        await connection.execute("VACUUM (ANALYZE)", timeout=600)
        problems = await _sealed(cluster.url(database))
        await connection.execute("CHECKPOINT", timeout=600)
    finally:
        await connection.close()
    return problems


async def _name_merchants(connection: asyncpg.Connection[asyncpg.Record], merchants: Sequence[Merchant]) -> None:
    await connection.execute(
        "INSERT INTO bench_merchants (place, tenant_id, account, fingerprint)"
        " SELECT m.place - 1, m.tenant_id, m.account, v.fingerprint"
        " FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS m (tenant_id, account, place)"
        " JOIN LATERAL (SELECT fingerprint FROM vault_pans v WHERE v.tenant_id = m.tenant_id LIMIT 1) AS v ON true",
        [merchant.tenant_id for merchant in merchants],
        [merchant.account for merchant in merchants],
    )


async def _sealed(url: str) -> list[str]:
    """Seals the ledger to its end by Pasarela's own job, then re-derives every balance."""
    database = Database(url)
    await database.open()
    try:
        seal = Seal(database, SystemClock())
        sealed = 0
        while more := await seal():
            sealed += more
        say(f"  {sealed:,} transfers sealed; re-deriving every balance")
        verified = await Verify(database)()
    finally:
        await database.close()
    outcome = "balanced" if verified.balanced else "NOT BALANCED"
    say(f"  {verified.accounts:,} accounts, {verified.transfers:,} transfers: {outcome}")
    return list(verified.problems)
