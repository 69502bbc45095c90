"""Stores in a box: a till that asks, takes the cash when it may, and tells. What it told once it may tell again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pasarela.rails.payers import StorePayment, TillAccepts, TillAnswer, TillQuestion, TillRefusal


class StoreSimulator:
    """A `StoreRail` with somebody at the till."""

    def __init__(self) -> None:
        self._asked: Callable[[TillQuestion], Awaitable[TillAnswer]] | None = None
        self._paid: Callable[[StorePayment], Awaitable[None]] | None = None

    def on_question(self, callback: Callable[[TillQuestion], Awaitable[TillAnswer]]) -> None:
        assert self._asked is None, "one answers for the whole platform"
        self._asked = callback

    def on_payment(self, callback: Callable[[StorePayment], Awaitable[None]]) -> None:
        assert self._paid is None, "one hears for the whole platform"
        self._paid = callback

    async def pay(self, question: TillQuestion) -> StorePayment | TillRefusal:
        """A payer brings cash: what was taken and told, or why the till did not take it."""
        assert self._asked is not None, "wiring registers who answers before anybody pays"
        assert self._paid is not None, "wiring registers who hears before anybody pays"
        answer = await self._asked(question)
        if not isinstance(answer, TillAccepts):
            return answer
        payment = StorePayment(question.receipt_id, question.reference, answer.amount, question.chain)
        await self._paid(payment)
        return payment
