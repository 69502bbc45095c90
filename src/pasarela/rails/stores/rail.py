"""The door at which a network of stores asks before it takes cash (`questions`) and tells that it did (`payments`).

Messages are JSON objects: `receipt_id`, `reference`, `amount` as pesos in a string (a question may leave it out) and
`chain`. A question is answered with `accepted` and `amount`, or `reason`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec

from pasarela.rails.doors import Answered, DoorSettings, NotUnderstood, pesos, read, told
from pasarela.rails.payers import StorePayment, TillAccepts, TillAnswer, TillQuestion

QUESTIONS, PAYMENTS = "questions", "payments"

_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[!-~]+$")]


class _Said(msgspec.Struct):
    receipt_id: _Word
    reference: _Word
    amount: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    chain: Annotated[str, msgspec.Meta(max_length=60)] | None = None


class StoreDoor:
    """A `StoreRail` over HTTP."""

    def __init__(self, settings: DoorSettings) -> None:
        self._settings = settings
        self._asked: Callable[[TillQuestion], Awaitable[TillAnswer]] | None = None
        self._paid: Callable[[StorePayment], Awaitable[None]] | None = None

    def on_question(self, callback: Callable[[TillQuestion], Awaitable[TillAnswer]]) -> None:
        assert self._asked is None, "one answers for the whole platform"
        self._asked = callback

    def on_payment(self, callback: Callable[[StorePayment], Awaitable[None]]) -> None:
        assert self._paid is None, "one hears for the whole platform"
        self._paid = callback

    async def received(self, kind: str, authorization: str | None, message: bytes) -> Answered:
        """401 without the network's credentials, 404 for another door, 400 for what can't be read."""
        if not self._settings.admits(authorization):
            return told(401, error="credentials")
        if kind not in (QUESTIONS, PAYMENTS):
            return told(404, error="no such door")
        try:
            said = read(_Said, message)
            amount = pesos(said.amount) if said.amount is not None else None
            if kind == QUESTIONS:
                return await self._ask(TillQuestion(said.receipt_id, said.reference, amount, said.chain))
            if amount is None:
                raise NotUnderstood("amount")
        except NotUnderstood as error:
            return told(400, error=str(error))
        assert self._paid is not None, "wiring registers who hears before the door opens"
        await self._paid(StorePayment(said.receipt_id, said.reference, amount, said.chain))
        return told(200, stored=True)

    async def _ask(self, question: TillQuestion) -> Answered:
        assert self._asked is not None, "wiring registers who answers before the door opens"
        answer = await self._asked(question)
        if isinstance(answer, TillAccepts):
            return told(200, accepted=True, amount=answer.amount.text())
        return told(200, accepted=False, reason=answer.value)
