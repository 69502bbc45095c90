"""Expires what was left lying: a hold that nobody captured in time is released at the issuer and in the ledger, and a
payment that its payer never made lapses."""

from __future__ import annotations

from contextlib import suppress

from pasarela.core.payments import events
from pasarela.core.payments.callers import Callers
from pasarela.core.payments.card_lookup import CardLookup
from pasarela.core.payments.card_messages import CardMessages, Sent
from pasarela.core.payments.ending import End, Ender
from pasarela.core.payments.errors import NotInState, OutcomeUnknown, UnknownPayment
from pasarela.core.payments.model import OperationKind, PaymentStatus
from pasarela.core.payments.operating import Beginner
from pasarela.core.payments.planning import Begin
from pasarela.core.payments.rows import batch_json
from pasarela.core.payments.rules import WAITING, Trigger
from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.rails.contract import CardPurpose

SQL = SqlFiles(__package__)

EXPIRY = "expiry"
"""The operation id of every payment's expiry: there is at most one."""


class Expire:
    """Answers the due work that every authorisation leaves behind; does nothing when it was captured or voided."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        ids: IdSource,
        beginner: Beginner,
        ender: Ender,
        messages: CardMessages,
        cards: CardLookup,
        callers: Callers,
        clock: Clock,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._ids = ids
        self._beginner = beginner
        self._ender = ender
        self._messages = messages
        self._cards = cards
        self._callers = callers
        self._clock = clock

    async def __call__(self, tenant_id: int, payment_id: str) -> None:
        """Raises nothing that a worker must hear: an unanswered release is resolved by its own due work."""
        if await self._lapse(tenant_id, payment_id):
            return
        trace = self._messages.new_trace()
        with suppress(NotInState, UnknownPayment, OutcomeUnknown):
            begun = await self._beginner.begin(
                Begin(
                    tenant_id,
                    payment_id,
                    EXPIRY,
                    OperationKind.VOID,
                    None,
                    None,
                    trace,
                    self._clock.now(tenant_id),
                    trigger=Trigger.EXPIRE,
                )
            )
            if begun.replayed:
                return
            caller = await self._callers.of(tenant_id)
            sealed = await self._cards.sealed(tenant_id, begun.fingerprint)
            hold = Sent(begun.original, begun.payment.amount, CardPurpose.AUTHORISATION)
            answer = await self._messages.reverse(caller, begun.payment, sealed, hold, trace, timed_out=False)
            await self._ender.end(End(begun, answer, self._clock.now(tenant_id)))

    async def _lapse(self, tenant_id: int, payment_id: str) -> bool:
        """Ends a payment that still waits for its payer; answers whether it did."""
        at = self._clock.now(tenant_id)
        rows = [
            {
                "tenant_id": tenant_id,
                "payment_id": payment_id,
                "expected": waiting.value,
                "status": PaymentStatus.EXPIRED.value,
                "operated_at": at,
            }
            for waiting in WAITING
        ]
        async with self._database.batch() as tx:
            if not await tx.fetch(SQL["settle_payments"], batch_json(rows)):
                return False
            lapsed = events.event(self._ids.fresh("e"), tenant_id, events.EXPIRED, payment_id, at)
            await self._outbox.append(tx, [lapsed])
        return True
