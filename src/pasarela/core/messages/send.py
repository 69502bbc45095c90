"""Writes to payers who are to pay on a page: `send_email` of a charge, by an e-mail with the page's address.

The event that asks for the payment schedules the work; the work writes the letter down, hands it to whoever carries
mails, and notes that it has left. A mail server that is away is tried again; what has been noted is not sent again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from pasarela.core.messages.keep import insert
from pasarela.core.messages.model import Channel, Letter, Message, NewMessage
from pasarela.core.messages.repository import SQL, message_from
from pasarela.core.payments import events
from pasarela.core.payments.model import Payment, PaymentStatus
from pasarela.core.payments.queries import PaymentQueries
from pasarela.infra.database import Database, Tx
from pasarela.infra.due_work import DueItem, DueKey, DueWork, Handlers
from pasarela.infra.mail import Mail, Mailer, MailRefused
from pasarela.kernel.clock import Clock
from pasarela.kernel.events import Event

WRITE = "messages.write"
CONSUMER = "messages"
SEND_EMAIL = "send_email"
"""The dialects' word among a payment's details."""

WriteLetter = Callable[[Payment], Awaitable[Letter]]
"""Writes the letter that tells a payer where to pay; bound in wiring."""


class AskToWrite:
    """Hears of payments that were asked for, and schedules a letter for those whose merchant wants one."""

    def __init__(self, payments: PaymentQueries, due_work: DueWork) -> None:
        self._payments = payments
        self._due_work = due_work

    async def __call__(self, tx: Tx, heard: Sequence[Event]) -> None:
        asked = {(each.tenant_id, each.subject): each.occurred_at for each in heard if each.type == events.REQUESTED}
        if not asked:
            return
        payments = await self._payments.several(tx, list(asked))
        due = [
            DueKey(payment.tenant_id, WRITE, payment.payment_id).at(asked[payment.tenant_id, payment.payment_id])
            for payment in payments
            if wants_letter(payment)
        ]
        if due:
            await self._due_work.schedule(tx, due)


class SendLetters:
    """The due work's handler."""

    def __init__(
        self, database: Database, payments: PaymentQueries, write: WriteLetter, mailer: Mailer, clock: Clock
    ) -> None:
        self._database = database
        self._payments = payments
        self._write = write
        self._mailer = mailer
        self._clock = clock

    def handlers(self) -> Handlers:
        return {WRITE: self._run}

    async def _run(self, item: DueItem) -> None:
        """Raises `MailNotSent`: the worker tries again."""
        async with self._database.batch() as tx:
            found = await self._payments.several(tx, [(item.tenant_id, item.subject)])
        now = self._clock.now(item.tenant_id)
        if not found or not wants_letter(found[0]) or not _can_be_paid(found[0], now):
            return
        message = await self._written(found[0])
        if message.sent_at is not None or message.refusal is not None:
            return
        mail = Mail(
            message.message_id,
            message.recipient,
            message.subject or "",
            message.body,
            message.html,
            message.created_at,
        )
        try:
            await self._mailer.send(mail)
        except MailRefused as refusal:
            await self._note("note_refused", message, str(refusal))
        else:
            await self._note("note_sent", message, self._clock.now(item.tenant_id))

    async def _written(self, payment: Payment) -> Message:
        """The letter as it was first written."""
        assert payment.payer is not None, "who wants a letter has an address"
        assert payment.payer.email is not None, "who wants a letter has an address"
        letter = await self._write(payment)
        message_id = f"{payment.payment_id}/link"
        async with self._database.tenant(payment.tenant_id) as tx:
            await insert(
                tx,
                NewMessage(
                    payment.tenant_id,
                    message_id,
                    Channel.EMAIL,
                    payment.payer.email,
                    letter.body,
                    self._clock.now(payment.tenant_id),
                    letter.subject,
                    letter.html,
                    payment.payment_id,
                ),
            )
            row = await tx.fetchrow(SQL["read_message"], payment.tenant_id, message_id)
        assert row is not None, "it was just written"
        return message_from(row)

    async def _note(self, statement: str, message: Message, fact: object) -> None:
        async with self._database.tenant(message.tenant_id) as tx:
            await tx.execute(SQL[statement], message.tenant_id, message.message_id, fact)


def wants_letter(payment: Payment) -> bool:
    """Whether the merchant asked for one, and there is somebody to write to."""
    return payment.details.get(SEND_EMAIL) is True and payment.payer is not None and bool(payment.payer.email)


def _can_be_paid(payment: Payment, now: datetime) -> bool:
    assert payment.expires_at is not None, "what waits, waits until an instant"
    return payment.status is PaymentStatus.PENDING and payment.expires_at > now
