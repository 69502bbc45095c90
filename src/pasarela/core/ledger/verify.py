"""Re-derives the whole ledger from its transfers and says what does not agree.

Reads one snapshot and changes nothing, so it can run beside live traffic.
"""

from __future__ import annotations

from pasarela.core.ledger.chart import floored_beginnings, unfloored_beginnings
from pasarela.core.ledger.model import Verification
from pasarela.infra.database import Database, SqlFiles, Tx

SQL = SqlFiles(__package__)

_WRONG_BALANCE = (
    "{account} (tenant {tenant_id}) carries {posted} (pending: {pending_in} in, {pending_out} out), "
    "its transfers make {derived_posted} (pending: {derived_in} in, {derived_out} out)"
)
_WRONG_FLOOR = (
    "{account} (tenant {tenant_id}) has {available} available, its floor is {floor_minor}, by the chart {chart_floor}"
)


STATEMENT_SECONDS_MAX = 6 * 60 * 60
"""A statement here reads the whole ledger, so what bounds an ordinary one is no measure for it."""


class Verify:
    """Checks that legs sum to zero, settlements stay within what was pending, balances equal their transfers, no
    floor is broken, currencies sum to zero, and no sealed transfer was changed, added or removed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self) -> Verification:
        floors = floored_beginnings()
        async with self._database.operator() as tx:
            await tx.execute(SQL["one_snapshot"])
            counted = await tx.fetchrow(SQL["count_all"], timeout=STATEMENT_SECONDS_MAX)
            assert counted is not None, "a count always answers one row"
            problems = [
                *await _found(tx, "unbalanced_transfers", "legs of {transfer_id} (tenant {tenant_id}) are unbalanced"),
                *await _found(tx, "wrong_settlements", "{transfer_id} (tenant {tenant_id}) settles wrongly"),
                *await _found(tx, "wrong_balances", _WRONG_BALANCE, list(floors)),
                *await _found(tx, "wrong_floors", _WRONG_FLOOR, list(floors), list(floors.values())),
                *await _found(
                    tx, "unbalanced_currencies", "all {currency} accounts sum to {amount}", unfloored_beginnings()
                ),
                *await _broken_seals(tx),
            ]
        return Verification(counted["accounts"], counted["transfers"], tuple(problems))


async def _found(tx: Tx, statement: str, sentence: str, *args: object) -> list[str]:
    found = await tx.fetch(SQL[statement], *args, timeout=STATEMENT_SECONDS_MAX)
    return [sentence.format(**dict(row)) for row in found]


async def _broken_seals(tx: Tx) -> list[str]:
    problems = []
    reached, previous = 0, b""
    for seal in await tx.fetch(SQL["seals"], timeout=STATEMENT_SECONDS_MAX):
        bounds = (seal["xact_from"], seal["xact_to"])
        again = await tx.fetchrow(SQL["stretch_digest"], *bounds, previous, timeout=STATEMENT_SECONDS_MAX)
        assert again is not None, "an aggregate always answers one row"
        if seal["xact_from"] != reached or seal["previous_digest"] != previous:
            problems.append(f"seal {seal['seal_number']} is broken: it does not follow the one before it")
        elif again["digest"] != seal["digest"] or again["transfers"] != seal["transfers"]:
            problems.append(f"seal {seal['seal_number']} is broken: its {seal['transfers']} transfers were changed")
        reached, previous = seal["xact_to"], seal["digest"]
    return problems
