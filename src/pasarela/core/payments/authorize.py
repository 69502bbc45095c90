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
from pasarela.infra.database import Database
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.kernel.cards import CardData
from pasarela.kernel.clock import Clock
from pasarela.kernel.decline import Decline
from pasarela.kernel.instruments import Instrument
from pasarela.rails.contract import CardPurpose


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A source made ready to be sent: the card in clear, and all that is stored about it."""

    card: CardData
    sealed: SealedPan
    view: CardView
    new: bool
    token_id: str | None


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

        Raises `UnknownSource`, `SourceSpent`, `OrderIdTaken` (nothing happened), `PaymentDeclined` (stored as
        declined), `OutcomeUnknown` (stored; being reversed), `ReplayMismatch`.
        """
        try:
            resolved = await self._resolve(caller, command)
        except SourceSpent:
            # Spent perhaps by this very payment, when its answer was lost on the way.
            return await self._spent_by(caller, command)
        at = self._clock.now(caller.tenant_id)
        verdict = await self._assess(_risk_facts(caller, command, resolved, at))
        trace = self._messages.new_trace()
        opened = await self._opener.open(
            Opening(
                caller,
                command,
                resolved.view,
                resolved.sealed,
                resolved.card if resolved.new else None,
                resolved.token_id,
                trace,
                at,
                () if verdict.allowed else verdict.matched,
            )
        )
        if opened.replayed:
            return _answered_before(opened.payment, command)
        if not verdict.allowed:
            raise PaymentDeclined(opened.payment, Decline.RISK_REFUSED, "", verdict.matched)
        purpose = CardPurpose.SALE if command.capture else CardPurpose.AUTHORISATION
        answer = await self._messages.authorise(
            caller, resolved.card, command.amount, purpose, trace, command.instalments
        )
        fee = await self._fees.of(caller.tenant_id, Instrument.CARD, command.amount)
        now = self._clock.now(caller.tenant_id)
        payment = await self._closer.close(Closing(opened.payment, answer, fee, now))
        if payment.decline is Decline.SUSPECTED_FRAUD and resolved.token_id is not None:
            async with self._database.batch() as tx:
                await self._sources.release(tx, [(caller.tenant_id, resolved.token_id, payment.payment_id)])
        return _accepted(payment)

    async def _spent_by(self, caller: Caller, command: AuthoriseCard) -> Payment:
        try:
            earlier = await self._queries.get(caller, command.payment_id)
        except UnknownPayment:
            raise SourceSpent from None
        return _answered_before(earlier, command)

    async def _resolve(self, caller: Caller, command: AuthoriseCard) -> _Resolved:
        source = command.source
        if isinstance(source, InlineCard):
            sealed = await self._sealer.seal(caller.tenant_id, source.card)
            view = view_of_card(source.card, source.address)
            return _Resolved(source.card, sealed, view, new=True, token_id=None)
        return await self._resolve_saved(caller, command, source)

    async def _resolve_saved(self, caller: Caller, command: AuthoriseCard, source: SavedSource) -> _Resolved:
        found = await self._sources.find(caller.tenant_id, source.source_id)
        if found is None or (found.kind == "card" and found.owner != command.customer_id):
            raise UnknownSource
        is_token = found.kind == "token"
        if not found.usable:
            raise SourceSpent
        cvv = source.cvv or await self._secrets.take(cvv_key(caller.tenant_id, source.source_id))
        view = view_of_source(found)
        card = await self._messages.open(caller.tenant_id, found.sealed, view, cvv)
        return _Resolved(card, found.sealed, view, new=False, token_id=found.source_id if is_token else None)


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


def _answered_before(payment: Payment, command: AuthoriseCard) -> Payment:
    """What a repeated command gets: the same payment, if it is the same command."""
    same = (payment.amount, payment.order_id, payment.customer_id, payment.capture_now) == (
        command.amount, command.order_id, command.customer_id, command.capture,
    )  # fmt: skip  # two rows to compare
    if not same:
        raise ReplayMismatch
    return _accepted(payment)


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
