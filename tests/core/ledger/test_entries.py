"""`take_cut`: what lies before a cut, whatever goes on beside it."""

from __future__ import annotations

from pasarela.core.ledger.book import book
from pasarela.core.ledger.entries import between_cuts, take_cut
from pasarela.infra.database import Database
from tests.factories.transfers import PAYABLE, paid_in


async def test_a_cut_is_without_the_callers_own_transfers(database: Database) -> None:
    async with database.batch() as before:
        await book(before, [paid_in("a", 1)])
    async with database.batch() as ours:
        await book(ours, [paid_in("b", 2)])
        async with database.batch() as others:  # begins later and ends earlier than ours
            await book(others, [paid_in("c", 4, tenant_id=2)])
        cut = await take_cut(ours)
    async with database.batch() as after:
        first = await between_cuts(after, 1, [PAYABLE], None, cut)
        rest = await between_cuts(after, 1, [PAYABLE], cut, await take_cut(after))
    assert ([each.transfer_id for each in first], [each.transfer_id for each in rest]) == (["a"], ["b"])
