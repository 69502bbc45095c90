"""Captures an authorised payment, whole or in part: the network clears it, the merchant gets it less the fee."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.payments.card_lookup import CardLookup
from pasarela.core.payments.card_messages import CardMessages
from pasarela.core.payments.ending import End, Ender
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.model import CapturePayment, OperationKind, Payment
from pasarela.core.payments.operating import Beginner, outcome_of
from pasarela.core.payments.planning import Begin
from pasarela.kernel.clock import Clock


class Capture:
    """The verb; built once, called concurrently. Of many captures of one payment, one wins."""

    def __init__(
        self,
        beginner: Beginner,
        ender: Ender,
        messages: CardMessages,
        cards: CardLookup,
        fees: Fees,
        clock: Clock,
    ) -> None:
        self._beginner = beginner
        self._ender = ender
        self._messages = messages
        self._cards = cards
        self._fees = fees
        self._clock = clock

    async def __call__(self, caller: Caller, command: CapturePayment) -> Payment:
        """The payment, completed; its `amount` is what was captured, the rest of the hold is released.

        Raises `UnknownPayment`, `NotInState`, `AmountTooLarge`, `ReplayMismatch` (nothing happened),
        `OperationDeclined` (still authorised), `OutcomeUnknown` (the clearing is repeated until the network takes it).
        """
        trace = self._messages.new_trace()
        begun = await self._beginner.begin(
            Begin(
                caller.tenant_id,
                command.payment_id,
                command.operation_id,
                OperationKind.CAPTURE,
                command.amount,
                None,
                trace,
                self._clock.now(caller.tenant_id),
                level=command.level,
            )
        )
        if begun.replayed:
            return outcome_of(begun)
        sealed = await self._cards.sealed(caller.tenant_id, begun.fingerprint)
        answer = await self._messages.complete(caller, begun.payment, sealed, begun.original, trace, begun.proceeds)
        fee = await self._fees.of_capture(begun.payment, begun.proceeds.credited)
        return await self._ender.end(End(begun, answer, self._clock.now(caller.tenant_id), fee))
