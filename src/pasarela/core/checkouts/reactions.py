"""Answers what happens to payments: a checkout whose payment is made is completed, whatever paid it.

Money that came counts even if its merchant had cancelled the checkout meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence

from pasarela.core.checkouts.repository import SQL
from pasarela.core.payments import events
from pasarela.infra.database import Tx
from pasarela.kernel.events import Event

CONSUMER = "checkouts"


async def complete_paid(tx: Tx, heard: Sequence[Event]) -> None:
    """The consumer's handler; the same event again changes nothing."""
    paid = [each for each in heard if each.type == events.COMPLETED]
    if paid:
        await tx.execute(SQL["complete_checkouts"], [each.tenant_id for each in paid], [each.subject for each in paid])
