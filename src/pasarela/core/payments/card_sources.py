"""The card behind whatever a payment names as its source: as it is stored, and in clear for one message.

Resolving stores nothing and spends nothing. A number in clear is made last, just before its message.
"""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.core.payments.card_messages import CardMessages
from pasarela.core.payments.card_views import view_of_card, view_of_source
from pasarela.core.payments.errors import InstalmentsNotAllowed, SourceSpent, UnknownSource
from pasarela.core.payments.model import CardSource, CardView, InlineCard, KeptCard, SavedSource
from pasarela.core.vault.model import SealedPan
from pasarela.core.vault.rules import cvv_key
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.kernel.cards import CardData


@dataclass(frozen=True, slots=True)
class Resolved:
    """A source as it is stored; `new_card` is the card itself when it came with the call, `token_id` the token that is
    to be spent, `source_id` what the payment names as its source."""

    sealed: SealedPan
    view: CardView
    new_card: CardData | None = None
    token_id: str | None = None
    source_id: str | None = None


class CardSources:
    """Resolves sources and opens them."""

    def __init__(self, sealer: Sealer, sources: Sources, messages: CardMessages, secrets: EphemeralSecrets) -> None:
        self._sealer = sealer
        self._sources = sources
        self._messages = messages
        self._secrets = secrets

    async def resolve(
        self,
        tenant_id: int,
        source: CardSource,
        customer_id: str | None,
        instalments: int | None = None,
    ) -> Resolved:
        """The card with which `customer_id` (`None`: the merchant) pays. Raises `UnknownSource`, `SourceSpent`,
        `InstalmentsNotAllowed`."""
        resolved = await self._resolve(tenant_id, source, customer_id)
        if instalments is not None and resolved.view.kind != "credit":
            raise InstalmentsNotAllowed
        return resolved

    async def _resolve(self, tenant_id: int, source: CardSource, customer_id: str | None) -> Resolved:
        match source:
            case InlineCard():
                sealed = await self._sealer.seal(tenant_id, source.card)
                return Resolved(sealed, view_of_card(source.card, source.address), new_card=source.card)
            case KeptCard():
                return Resolved(source.sealed, source.view, source_id=source.source_id)
            case SavedSource():
                return await self._looked_up(tenant_id, source, customer_id)

    async def _looked_up(self, tenant_id: int, source: SavedSource, customer_id: str | None) -> Resolved:
        found = await self._sources.find(tenant_id, source.source_id)
        if found is None or (found.kind == "card" and (found.owner != customer_id or not found.usable)):
            raise UnknownSource
        if not found.usable:
            raise SourceSpent
        token_id = found.source_id if found.kind == "token" else None
        return Resolved(found.sealed, view_of_source(found), token_id=token_id, source_id=found.source_id)

    async def in_clear(self, tenant_id: int, source: CardSource, resolved: Resolved) -> CardData:
        """The card in clear, with its security code, which waits for one message only: so ask for it last."""
        if isinstance(source, InlineCard):
            return source.card
        if isinstance(source, KeptCard):
            cvv = None if source.cvv_key is None else await self._secrets.take(source.cvv_key)
        else:
            cvv = source.cvv or await self._secrets.take(cvv_key(tenant_id, source.source_id))
        return await self._messages.open(tenant_id, resolved.sealed, resolved.view, cvv)
