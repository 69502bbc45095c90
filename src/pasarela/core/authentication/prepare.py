"""Asks somebody to pay with a card that is known, once its issuer has told who he is.

The card goes into the vault and its token is spent for this payment; its security code waits in memory, for minutes.
The same payment id again answers the same payment.
"""

from __future__ import annotations

from dataclasses import replace

from pasarela.core.authentication.model import AuthenticationStatus, PreparePayment
from pasarela.core.authentication.queries import Authentications
from pasarela.core.authentication.repository import SQL
from pasarela.core.authentication.writing import Beginning, begin
from pasarela.core.context import Caller
from pasarela.core.payments.card_sources import CardSources, Resolved
from pasarela.core.payments.errors import InstalmentsNotAllowed, ReplayMismatch, SourceSpent, UnknownSource
from pasarela.core.payments.model import ConfirmBy, InlineCard, Payment, RequestPayment, SavedSource
from pasarela.core.payments.request import Request
from pasarela.core.vault.rules import SECURITY_CODE_LIFE, cvv_key
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database, Tx
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.kernel.clock import Clock
from pasarela.kernel.errors import Refusal
from pasarela.kernel.ids import IdSource
from pasarela.kernel.secret import Secret

FIRST_TRY = "1"


class Prepare:
    """The verb."""

    def __init__(
        self,
        database: Database,
        request: Request,
        cards: CardSources,
        sources: Sources,
        sealer: Sealer,
        secrets: EphemeralSecrets,
        queries: Authentications,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._database = database
        self._request = request
        self._cards = cards
        self._sources = sources
        self._sealer = sealer
        self._secrets = secrets
        self._queries = queries
        self._clock = clock
        self._ids = ids

    async def __call__(self, caller: Caller, command: PreparePayment) -> Payment:
        """The payment, `PENDING`. Raises `UnknownSource`, `SourceSpent`, `InstalmentsNotAllowed` and what `Request`
        raises; then nothing has happened."""
        request, tenant_id = command.request, caller.tenant_id
        assert request.confirm is ConfirmBy.THREE_D_SECURE, "how it is confirmed decides how its payer comes"
        try:
            resolved = await self._cards.resolve(
                tenant_id, command.source, request.customer_id, command.terms.instalments
            )
        except (SourceSpent, UnknownSource, InstalmentsNotAllowed):
            # Spent perhaps by this very payment, when its answer was lost on the way.
            if await self._queries.latest(tenant_id, request.payment_id) is None:
                raise
            return await self._request(caller, request)
        key = _cvv_key(caller, command)
        authentication_id = await self._record(caller, command, resolved, key)
        try:
            shown = replace(request, card=resolved.view, source_id=resolved.source_id)
            payment = await self._request(caller, shown)
        except Refusal:
            if authentication_id is not None:
                await self._take_back(tenant_id, authentication_id, request, resolved)
            raise
        if (cvv := _cvv(command)) is not None and authentication_id is not None:
            await self._secrets.put(key, cvv, SECURITY_CODE_LIFE)
        return payment

    async def _record(self, caller: Caller, command: PreparePayment, resolved: Resolved, key: str) -> str | None:
        """The new authentication's id; `None` when the payment has been prepared before, with the same card."""
        request, at = command.request, self._clock.now(caller.tenant_id)
        fresh = [(caller.tenant_id, resolved.sealed, resolved.new_card)] if resolved.new_card else []
        new = Beginning(
            tenant_id=caller.tenant_id,
            authentication_id=self._ids.uuid(),
            payment_id=request.payment_id,
            number=1,
            try_id=FIRST_TRY,
            status=AuthenticationStatus.PREPARED,
            fingerprint=resolved.sealed.fingerprint,
            card=resolved.view,
            source_id=resolved.source_id,
            cvv_key=key,
            terms=replace(command.terms, outcome=caller.outcome),
            created_at=at,
            expires_at=request.due_at,
        )
        async with self._database.batch() as tx:
            if await begin(tx, new) is None:
                await self._prepared_before(tx, new)
                return None
            await self._sealer.store(tx, fresh, at)
            if resolved.token_id is not None:
                use = (caller.tenant_id, resolved.token_id, request.payment_id, at)
                if not await self._sources.consume(tx, [use]):
                    raise SourceSpent
        self._sealer.remember(fresh)
        return new.authentication_id

    async def _prepared_before(self, tx: Tx, new: Beginning) -> None:
        standing = await tx.fetchrow(SQL["latest_of_payment"], new.tenant_id, new.payment_id)
        if standing is None or standing["fingerprint"] != new.fingerprint:
            raise ReplayMismatch

    async def _take_back(
        self, tenant_id: int, authentication_id: str, request: RequestPayment, resolved: Resolved
    ) -> None:
        async with self._database.batch() as tx:
            await tx.execute(SQL["drop_prepared"], tenant_id, authentication_id)
            if resolved.token_id is not None:
                await self._sources.release(tx, [(tenant_id, resolved.token_id, request.payment_id)])


def _cvv_key(caller: Caller, command: PreparePayment) -> str:
    """Where the payment's security code is to be found: its own place when the code came with the call, else that of
    the saved card or token."""
    source = command.source
    if isinstance(source, SavedSource) and source.cvv is None:
        return cvv_key(caller.tenant_id, source.source_id)
    return cvv_key(caller.tenant_id, command.request.payment_id)


def _cvv(command: PreparePayment) -> Secret | None:
    source = command.source
    return source.card.cvv if isinstance(source, InlineCard) else source.cvv
