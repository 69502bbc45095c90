"""Gives a payment back: a refund of what was captured, or the release of what was only held.

The money of a refund is reserved from the merchant's balance before the network hears of it.
"""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.payments.card_lookup import CardLookup
from pasarela.core.payments.card_messages import CardMessages, Sent
from pasarela.core.payments.ending import End, Ender
from pasarela.core.payments.model import OperationKind, Payment, RefundPayment
from pasarela.core.payments.operating import Beginner, Begun, outcome_of
from pasarela.core.payments.planning import Begin
from pasarela.kernel.clock import Clock
from pasarela.rails.contract import Answer, CardPurpose, Trace


class Refund:
    """The verb; built once, called concurrently. Refunds of one payment never exceed what was captured."""

    def __init__(
        self, beginner: Beginner, ender: Ender, messages: CardMessages, cards: CardLookup, clock: Clock
    ) -> None:
        self._beginner = beginner
        self._ender = ender
        self._messages = messages
        self._cards = cards
        self._clock = clock

    async def __call__(self, caller: Caller, command: RefundPayment) -> Payment:
        """The payment with `refunded` grown, or voided when it was only authorised (then `amount` is ignored: a hold
        is released whole).

        Raises `UnknownPayment`, `NotInState`, `AmountTooLarge`, `ReplayMismatch`, `ledger.InsufficientFunds` (nothing
        happened), `OperationDeclined` (the money stays with the merchant), `OutcomeUnknown` (being undone or repeated).
        """
        trace = self._messages.new_trace()
        begun = await self._beginner.begin(
            Begin(
                caller.tenant_id,
                command.payment_id,
                command.operation_id,
                OperationKind.REFUND,
                command.amount,
                command.description,
                trace,
                self._clock.now(caller.tenant_id),
                level=command.level,
            )
        )
        if begun.replayed:
            return outcome_of(begun)
        answer = await self._send(caller, begun, trace)
        return await self._ender.end(End(begun, answer, self._clock.now(caller.tenant_id)))

    async def _send(self, caller: Caller, begun: Begun, trace: Trace) -> Answer:
        payment = begun.payment
        sealed = await self._cards.sealed(caller.tenant_id, begun.fingerprint)
        if begun.operation.kind is OperationKind.REFUND:
            return await self._messages.refund(caller, payment, sealed, begun.original, trace, begun.proceeds)
        hold = Sent(begun.original, payment.amount, CardPurpose.AUTHORISATION)
        return await self._messages.reverse(caller, payment, sealed, hold, trace, timed_out=False)
