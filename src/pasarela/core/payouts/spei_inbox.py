"""What SPEI tells unasked: stored in the inbox first, then handled. Answers to our orders are handled here; deposits
are stored for whoever answers `DEPOSITS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pasarela.core.payouts.ending import Ender, Step
from pasarela.core.payouts.errors import UnknownPayout
from pasarela.core.payouts.queries import PayoutQueries
from pasarela.core.payouts.rules import Trigger
from pasarela.infra.inbox import Inbox
from pasarela.rails.contract import SpeiDeposit, SpeiNotification, SpeiReturned, SpeiSettled

ORDERS = "spei.orders"
"""Source of answers to orders: `{"tracking_key", "outcome": "settled" | "returned", "reason"}`."""

DEPOSITS = "spei.deposits"
"""Source of deposits: the fields of `rails.contract.SpeiDeposit`, with `amount` in minor units and `currency`."""


class SpeiInbox:
    """The rail's callback, and the handler of `ORDERS`."""

    def __init__(self, inbox: Inbox, ender: Ender, queries: PayoutQueries) -> None:
        self._inbox = inbox
        self._ender = ender
        self._queries = queries

    async def heard(self, notification: SpeiNotification) -> None:
        """Stores it; the same once more changes nothing."""
        match notification:
            case SpeiSettled(key):
                body = {"tracking_key": key, "outcome": "settled", "reason": None}
                await self._inbox.receive(ORDERS, f"{key}-settled", body)
            case SpeiReturned(key, reason):
                body = {"tracking_key": key, "outcome": "returned", "reason": reason}
                await self._inbox.receive(ORDERS, f"{key}-returned", body)
            case SpeiDeposit():
                # Senders' tracking keys are unique for their bank only.
                message_id = f"{notification.sender_institution or ''}-{notification.tracking_key}"
                await self._inbox.receive(DEPOSITS, message_id, deposit_body(notification))

    async def handle(self, body: Mapping[str, Any]) -> str:
        """Answers in a word what was done."""
        settled = body["outcome"] == "settled"
        try:
            payout = await self._queries.named(body["tracking_key"])
        except UnknownPayout:
            return "no such order"
        step = Step(Trigger.SETTLED) if settled else Step(Trigger.RETURNED, body["reason"])
        _, changed = await self._ender.apply(payout.tenant_id, payout.payout_id, step)
        return body["outcome"] if changed else "stands"


def deposit_body(deposit: SpeiDeposit) -> dict[str, Any]:
    """A deposit as the inbox keeps it."""
    return {
        "tracking_key": deposit.tracking_key,
        "amount": deposit.amount.minor,
        "currency": deposit.amount.currency.code,
        "clabe": deposit.clabe,
        "concept": deposit.concept,
        "reference": deposit.reference,
        "sender_name": deposit.sender_name,
        "sender_account": deposit.sender_account,
        "sender_institution": deposit.sender_institution,
        "sender_tax_id": deposit.sender_tax_id,
    }
