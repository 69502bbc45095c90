"""First transaction of a try to pay a waiting payment by card; or the only one, when nothing is to be sent.

The payment is locked while its status, its instant and its tries are looked at, so of two payers at once one goes on,
and of a payer and the expiry one wins. A try that is known already changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import asyncpg

from pasarela.core.payments import events
from pasarela.core.payments.card_sources import Resolved
from pasarela.core.payments.closing import EXPIRE
from pasarela.core.payments.errors import NotInState, SourceSpent, StillAuthorizing, UnknownPayment
from pasarela.core.payments.model import ConfirmBy, Payment, PaymentStatus
from pasarela.core.payments.rows import attempt_row, batch_json, payment_of, terms_row
from pasarela.core.payments.rules import Trigger, after
from pasarela.core.payments.waiting import CardAuthentication, FailWaiting, PayWaiting
from pasarela.core.rates.model import ExchangeRate
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.decline import Decline
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument
from pasarela.rails.contract import Trace

SQL = SqlFiles(__package__)

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Tried:
    """A payment as a try leaves it. `before`: the try was made before, and `refused` it was with `decline` and `code`;
    what else became of it, the payment tells."""

    payment: Payment
    before: bool = False
    refused: bool = False
    decline: Decline | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class _Try:
    """What a try asks of its payment."""

    tenant_id: int
    payment_id: str
    try_id: str
    tries_max: int
    confirm: ConfirmBy | None
    at: datetime
    authentication: CardAuthentication | None = None


class Tries:
    """Begins tries, and fails them."""

    def __init__(
        self, database: Database, sealer: Sealer, sources: Sources, outbox: Outbox, due_work: DueWork, ids: IdSource
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._sources = sources
        self._outbox = outbox
        self._due_work = due_work
        self._ids = ids

    async def begin(
        self,
        tenant_id: int,
        command: PayWaiting,
        resolved: Resolved,
        trace: Trace,
        at: datetime,
        exchange: ExchangeRate | None = None,
        reviewed_for: tuple[str, ...] = (),
    ) -> Tried:
        """The payment, `AUTHORIZING`, its message recorded as about to be sent. Raises `UnknownPayment`,
        `NotInState`, `StillAuthorizing`, `SourceSpent`."""
        asked = _Try(tenant_id, command.payment_id, command.try_id, command.tries_max, command.confirm, at,
                     command.authentication)  # fmt: skip  # one command
        new_pans = [(tenant_id, resolved.sealed, resolved.new_card)] if resolved.new_card else []
        async with self._database.batch() as tx:
            waiting = await self._lock(tx, asked)
            if waiting.before:
                return waiting
            if resolved.token_id is not None:
                await self._spend(tx, asked, resolved.token_id)
            await self._sealer.store(tx, new_pans, at)
            payment = replace(
                waiting.payment,
                status=_after(waiting.payment, Trigger.CONFIRM),
                card=resolved.view,
                source_id=resolved.source_id,
                capture_now=waiting.payment.capture_now if command.capture is None else command.capture,
                details={**waiting.payment.details, **command.details},
                tries=waiting.payment.tries + 1,
                decline=None,
                response_code=None,
                instalments=command.instalments,
                exchange=exchange,
                reviewed_for=reviewed_for,
                operated_at=at,
            )
            attempt_id = f"{payment.payment_id}/authorisation"
            await tx.execute(SQL["set_aside_attempt"], tenant_id, attempt_id, str(waiting.payment.tries))
            row = attempt_row(tenant_id, attempt_id, "authorisation", payment.amount, trace)
            await tx.execute(SQL["insert_attempts"], batch_json([row]))
            await tx.execute(
                SQL["bind_try"], batch_json([_bound_row(payment, resolved.sealed.fingerprint, command.details)])
            )
            await self._record(tx, asked, payment)
        self._sealer.remember(new_pans)
        return Tried(payment)

    async def fail(self, tenant_id: int, command: FailWaiting, at: datetime, card: Resolved | None = None) -> Tried:
        """The payment after a try that was never sent: it waits again, or is declined for good. Raises as `begin`."""
        asked = _Try(tenant_id, command.payment_id, command.try_id, command.tries_max, command.confirm, at)
        async with self._database.batch() as tx:
            waiting = await self._lock(tx, asked)
            if waiting.before:
                return waiting
            tries = waiting.payment.tries + 1
            trigger = Trigger.TRY_LOST if tries < command.tries_max else Trigger.REFUSED
            payment = replace(
                waiting.payment,
                status=_after(waiting.payment, trigger),
                card=card.view if card is not None else waiting.payment.card,
                tries=tries,
                decline=command.decline,
                response_code=None,
                operated_at=at,
            )
            await tx.execute(SQL["bind_try"], batch_json([_bound_row(payment, None)]))
            await self._record(tx, asked, payment)
            if payment.status is PaymentStatus.DECLINED:
                event = events.event(
                    self._ids.fresh("e"),
                    tenant_id,
                    events.DECLINED,
                    payment.payment_id,
                    at,
                    decline=command.decline.value,
                )
                await self._outbox.append(tx, [event])
                await self._due_work.cancel(tx, [DueKey(tenant_id, EXPIRE, payment.payment_id)])
        return Tried(payment)

    async def find(self, tenant_id: int, payment_id: str, try_id: str) -> Tried | None:
        """What an earlier try came to; `None`: there was none."""
        async with self._database.batch() as tx:
            rows = await tx.fetch(SQL["read_payments"], [tenant_id], [payment_id])
            earlier = await tx.fetchrow(SQL["read_try"], tenant_id, payment_id, try_id)
        if earlier is None:
            return None
        payment = payment_of(rows[0])
        if payment.status is PaymentStatus.AUTHORIZING:
            raise StillAuthorizing(payment_id)
        return _answered(payment, earlier)

    async def _lock(self, tx: Tx, asked: _Try) -> Tried:
        """The waiting payment, locked; or what this very try came to before."""
        rows = await tx.fetch(SQL["lock_payments"], [asked.tenant_id], [asked.payment_id])
        if not rows:
            raise UnknownPayment
        payment = payment_of(rows[0])
        earlier = await tx.fetchrow(SQL["read_try"], asked.tenant_id, asked.payment_id, asked.try_id)
        if earlier is not None and payment.status is not PaymentStatus.AUTHORIZING:
            return _answered(payment, earlier)
        if payment.status is PaymentStatus.AUTHORIZING:
            raise StillAuthorizing(payment.payment_id)
        _check(payment, asked)
        return Tried(payment)

    async def _spend(self, tx: Tx, asked: _Try, token_id: str) -> None:
        won = await self._sources.consume(tx, [(asked.tenant_id, token_id, asked.payment_id, asked.at)])
        if won.get(token_id) != asked.payment_id:
            raise SourceSpent

    async def _record(self, tx: Tx, asked: _Try, payment: Payment) -> None:
        row = {
            "tenant_id": asked.tenant_id,
            "payment_id": asked.payment_id,
            "number": payment.tries,
            "try_id": asked.try_id,
            "status": payment.status.value,
            "card": payment.card,
            "authentication": asked.authentication,
            "decline": payment.decline.value if payment.decline else None,
            "tried_at": asked.at,
        }
        await tx.execute(SQL["insert_try"], batch_json([row]))


def _check(payment: Payment, asked: _Try) -> None:
    waits = payment.status is PaymentStatus.PENDING and payment.instrument is Instrument.CARD
    if not waits or (asked.confirm is not None and payment.confirm is not asked.confirm):
        raise NotInState(payment.payment_id, payment.status.value, "pay by card")
    if payment.expires_at is not None and payment.expires_at <= asked.at:
        raise NotInState(payment.payment_id, PaymentStatus.EXPIRED.value, "pay by card")
    if payment.tries >= asked.tries_max:
        raise NotInState(payment.payment_id, "out of tries", "pay by card")


def _answered(payment: Payment, earlier: asyncpg.Record) -> Tried:
    refused = PaymentStatus(earlier["status"]) in {PaymentStatus.PENDING, PaymentStatus.DECLINED}
    decline = Decline(earlier["decline"]) if earlier["decline"] else None
    return Tried(payment, before=True, refused=refused, decline=decline, code=earlier["response_code"] or "")


def _after(payment: Payment, trigger: Trigger) -> PaymentStatus:
    status = after(payment.status, trigger)
    assert status is not None, f"{trigger} can't follow {payment.status}"
    return status


def _bound_row(payment: Payment, fingerprint: bytes | None, details: Mapping[str, Any] = _NOTHING) -> dict[str, Any]:
    return {
        "tenant_id": payment.tenant_id,
        "payment_id": payment.payment_id,
        "status": payment.status.value,
        "card": payment.card,
        "fingerprint": None if fingerprint is None else "\\x" + fingerprint.hex(),
        "source_id": payment.source_id,
        "capture_now": payment.capture_now,
        "details": details,
        "tries": payment.tries,
        "decline": payment.decline.value if payment.decline else None,
        "operated_at": payment.operated_at,
        **terms_row(payment),
    }
