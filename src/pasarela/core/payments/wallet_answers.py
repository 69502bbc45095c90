"""What payers answered in their wallets: stored in the inbox first, then handled.

Money that nobody may keep (late, a second time) is not booked at all: the wallet is told to give it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pasarela.core.payments.collect import Collect
from pasarela.core.payments.decline_waiting import DeclineWaiting
from pasarela.core.payments.errors import NotInState, PaymentNotTaken, UnknownPayment
from pasarela.core.payments.model import Received
from pasarela.infra.inbox import Inbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money
from pasarela.rails.payers import WalletAnswer, WalletRail

SOURCE = "wallets.answers"
"""Source of answers: `{"answer_id", "reference", "amount" in minor units or null (refused), "currency"}`."""

GIVEN_BACK = "given back"
REJECTED = "rejected"
STANDS = "stands"


class WalletAnswers:
    """The rail's callback, and the handler of `SOURCE`."""

    def __init__(self, rail: WalletRail, inbox: Inbox, collect: Collect, decline: DeclineWaiting, clock: Clock) -> None:
        self._rail = rail
        self._inbox = inbox
        self._collect = collect
        self._decline = decline
        self._clock = clock
        rail.on_answer(self.heard)

    async def heard(self, answer: WalletAnswer) -> None:
        """Stores it; the same once more changes nothing."""
        body = {
            "answer_id": answer.answer_id,
            "reference": answer.reference,
            "amount": answer.amount.minor if answer.amount is not None else None,
            "currency": answer.amount.currency.code if answer.amount is not None else None,
        }
        await self._inbox.receive(SOURCE, answer.answer_id, body)

    async def handle(self, body: Mapping[str, Any]) -> str:
        """Answers what was done: the receipt's outcome, `given back: ` and why, `rejected`, or `stands`. Raises
        `WalletAway`: the inbox tries again."""
        if body["amount"] is None:
            try:
                await self._decline(body["reference"])
            except (NotInState, UnknownPayment):
                return STANDS
            return REJECTED
        amount = Money(body["amount"], Currency.of(body["currency"]))
        reference, at = body["reference"], self._clock.now()
        received = Received(
            receipt_id(body["answer_id"]), Instrument.WALLET, amount, at, reference=reference, refusable=True
        )
        try:
            return (await self._collect(received)).outcome.value
        except PaymentNotTaken as error:
            await self._rail.give_back(WalletAnswer(body["answer_id"], reference, amount))
            return f"{GIVEN_BACK}: {error.outcome.value}"


def receipt_id(answer_id: str) -> str:
    """Names the receipt of an approval."""
    return f"wallet-{answer_id}"
