"""Authorises a card payment: two transactions around one message, never one open across it.

The first records the payment with its trace, the second its outcome. Between them nothing is held but memory; whatever
a crash leaves behind is found by the sweep and resolved. The same payment id again answers the same payment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pasarela.core.context import Caller
from pasarela.core.payments.card_messages import CardMessages
from pasarela.core.payments.card_views import view_of_card, view_of_source
from pasarela.core.payments.closing import Closer, Closing
from pasarela.core.payments.errors import (
    InstalmentsNotAllowed,
    OutcomeUnknown,
    PaymentDeclined,
    ReplayMismatch,
    SourceSpent,
    UnknownPayment,
    UnknownSource,
)
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.model import (
    AuthoriseCard,
    CardView,
    ChargedFee,
    InlineCard,
    Payment,
    PaymentStatus,
    SavedSource,
)
from pasarela.core.payments.opening import Opener, Opening
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.risk.assess import Assess
from pasarela.core.risk.model import RiskFacts
from pasarela.core.vault.model import SealedPan
from pasarela.core.vault.rules import cvv_key
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.kernel.cards import CardData
from pasarela.kernel.clock import Clock
from pasarela.kernel.decline import Decline
from pasarela.kernel.errors import Refusal
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Money
from pasarela.rails.contract import CardPurpose, Trace

SQL = SqlFiles(__package__)


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A source as it is stored; `new_card` is the card itself when it came with the call."""

    sealed: SealedPan
    view: CardView
    new_card: CardData | None = None
    token_id: str | None = None


class Authorise:
    """The verb; built once, called concurrently."""

    def __init__(
        self,
        database: Database,
        opener: Opener,
        closer: Closer,
        messages: CardMessages,
        sealer: Sealer,
        sources: Sources,
        secrets: EphemeralSecrets,
        assess: Assess,
        fees: Fees,
        queries: PaymentQueries,
        clock: Clock,
    ) -> None:
        self._database = database
        self._opener = opener
        self._closer = closer
        self._messages = messages
        self._sealer = sealer
        self._sources = sources
        self._secrets = secrets
        self._assess = assess
        self._fees = fees
        self._queries = queries
        self._clock = clock

    async def __call__(self, caller: Caller, command: AuthoriseCard) -> Payment:
        """The payment, `COMPLETED` (captured) or `AUTHORIZED` (`capture=False`).

        Raises `UnknownSource`, `SourceSpent`, `InstalmentsNotAllowed`, `OrderIdTaken` (nothing happened),
        `PaymentDeclined` (stored as declined), `OutcomeUnknown` (stored; being reversed), `ReplayMismatch`.
        """
        try:
            resolved = await self._resolve(caller, command)
            if command.instalments is not None and resolved.view.kind != "credit":
                raise InstalmentsNotAllowed
        except (SourceSpent, UnknownSource, InstalmentsNotAllowed) as refusal:
            # Spent perhaps by this very payment, when its answer was lost on the way; or deleted, or no longer taken
            # for a credit card, since.
            return await self._made_before(caller, command, refusal)
        # Before anything is sent: to fail after the issuer has said yes would cost the payment.
        fee = await self._fees.of(caller.tenant_id, Instrument.CARD, command.amount)
        at = self._clock.now(caller.tenant_id)
        verdict = await self._assess(_risk_facts(caller, command, resolved, at))
        trace = self._messages.new_trace()
        opened = await self._opener.open(
            Opening(
                caller,
                command,
                resolved.view,
                resolved.sealed,
                resolved.new_card,
                resolved.token_id,
                trace,
                at,
                () if verdict.allowed else verdict.matched,
            )
        )
        if opened.replayed:
            return await self._answered_before(opened.payment, command)
        if not verdict.allowed:
            raise PaymentDeclined(opened.payment, Decline.RISK_REFUSED, "", verdict.matched)
        return await self._send(caller, command, resolved, opened.payment, trace, fee)

    async def _send(
        self,
        caller: Caller,
        command: AuthoriseCard,
        resolved: _Resolved,
        payment: Payment,
        trace: Trace,
        fee: ChargedFee,
    ) -> Payment:
        card = resolved.new_card or await self._open_saved(caller, command, resolved)
        purpose = CardPurpose.SALE if command.capture else CardPurpose.AUTHORISATION
        answer = await self._messages.authorise(caller, card, command.amount, purpose, trace, command.instalments)
        closed = await self._closer.close(Closing(payment, answer, fee, self._clock.now(caller.tenant_id)))
        if closed.decline is Decline.SUSPECTED_FRAUD and resolved.token_id is not None:
            async with self._database.batch() as tx:
                await self._sources.release(tx, [(caller.tenant_id, resolved.token_id, closed.payment_id)])
        return _accepted(closed)

    async def _made_before(self, caller: Caller, command: AuthoriseCard, refusal: Refusal) -> Payment:
        try:
            earlier = await self._queries.get(caller, command.payment_id)
        except UnknownPayment:
            raise refusal from None
        return await self._answered_before(earlier, command)

    async def _answered_before(self, payment: Payment, command: AuthoriseCard) -> Payment:
        """What a repeated command gets: the same payment, if it is the same command."""
        same = (await self._asked(payment), payment.order_id, payment.customer_id, payment.capture_now) == (
            command.amount, command.order_id, command.customer_id, command.capture,
        )  # fmt: skip  # two rows to compare
        if not same or not _paid_with(payment, command.source):
            raise ReplayMismatch
        return _accepted(payment)

    async def _asked(self, payment: Payment) -> Money:
        """The amount that was authorised; a capture may have left a smaller one on the payment."""
        if payment.capture_now or not payment.captured:
            return payment.amount
        async with self._database.batch() as tx:
            key = [payment.tenant_id], [f"{payment.payment_id}/authorisation"]
            rows = await tx.fetch(SQL["authorisation_traces"], *key)
        return Money(rows[0]["amount"], payment.amount.currency)

    async def _resolve(self, caller: Caller, command: AuthoriseCard) -> _Resolved:
        source = command.source
        if isinstance(source, InlineCard):
            sealed = await self._sealer.seal(caller.tenant_id, source.card)
            return _Resolved(sealed, view_of_card(source.card, source.address), new_card=source.card)
        found = await self._sources.find(caller.tenant_id, source.source_id)
        if found is None or (found.kind == "card" and (found.owner != command.customer_id or not found.usable)):
            raise UnknownSource
        if not found.usable:
            raise SourceSpent
        token_id = found.source_id if found.kind == "token" else None
        return _Resolved(found.sealed, view_of_source(found), token_id=token_id)

    async def _open_saved(self, caller: Caller, command: AuthoriseCard, resolved: _Resolved) -> CardData:
        """The card in clear, with its security code, which waits for one message only: so ask for it last."""
        source = command.source
        assert isinstance(source, SavedSource), "a card that came with the call need not be opened"
        cvv = source.cvv or await self._secrets.take(cvv_key(caller.tenant_id, source.source_id))
        return await self._messages.open(caller.tenant_id, resolved.sealed, resolved.view, cvv)


def _risk_facts(caller: Caller, command: AuthoriseCard, resolved: _Resolved, at: datetime) -> RiskFacts:
    return RiskFacts(
        tenant_id=caller.tenant_id,
        api=caller.api,
        amount=command.amount,
        at=at,
        fingerprint=resolved.sealed.fingerprint,
        bin=resolved.view.masked[:6],
        email=command.payer.email if command.payer else None,
        ip=command.client_ip,
        device_session=command.device_session_id,
    )


def _paid_with(payment: Payment, source: InlineCard | SavedSource) -> bool:
    if isinstance(source, SavedSource):
        return payment.source_id == source.source_id
    shown, given = payment.card, view_of_card(source.card)
    assert shown is not None, "a card payment shows its card"
    return payment.source_id is None and (
        (shown.masked, shown.holder_name, shown.expiration_year, shown.expiration_month)
        == (given.masked, given.holder_name, given.expiration_year, given.expiration_month)
    )


def _accepted(payment: Payment) -> Payment:
    """The payment when it went through; raises what its caller must hear otherwise."""
    match payment.status:
        case PaymentStatus.DECLINED:
            raise PaymentDeclined(payment, payment.decline or Decline.DO_NOT_HONOUR, payment.response_code or "")
        case PaymentStatus.AUTHORIZING | PaymentStatus.UNKNOWN | PaymentStatus.FAILED:
            if payment.decline is Decline.INSUFFICIENT_FUNDS:
                raise PaymentDeclined(payment, payment.decline, payment.response_code or "")
            raise OutcomeUnknown(payment.payment_id)
        case _:
            return payment
