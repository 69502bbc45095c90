"""Saves a card once its issuer vouches for it: for a customer, or for the merchant itself.

A card that its issuer refuses is not saved, and a token that it came from stays usable. The same card id again answers
the same card, about which its issuer is not asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pasarela.core.context import Caller
from pasarela.core.payments.card_messages import CardMessages
from pasarela.core.payments.card_views import view_of_source
from pasarela.core.payments.errors import SourceSpent, UnknownSource
from pasarela.core.payments.verify_card import VerifyCard
from pasarela.core.vault.errors import DuplicateCard
from pasarela.core.vault.model import SavedCard, StoredInstrument
from pasarela.core.vault.queries import Cards
from pasarela.core.vault.rules import cvv_key
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.core.vault.store_card import StoreCard
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.kernel.cards import CardData


@dataclass(frozen=True, slots=True)
class SaveCardCommand:
    """Save a card from its data (which has passed `vault.rules.check`) or from a token, never both. `card_id` is made
    by the caller."""

    card_id: str
    card: CardData | None = None
    token_id: str | None = None
    customer_id: str | None = None
    address: Mapping[str, str | None] | None = None
    device_session_id: str | None = None


class SaveCard:
    """The verb; built once, called concurrently."""

    def __init__(
        self,
        verify: VerifyCard,
        store: StoreCard,
        cards: Cards,
        sources: Sources,
        sealer: Sealer,
        messages: CardMessages,
        secrets: EphemeralSecrets,
    ) -> None:
        self._verify = verify
        self._store = store
        self._cards = cards
        self._sources = sources
        self._sealer = sealer
        self._messages = messages
        self._secrets = secrets

    async def __call__(self, caller: Caller, command: SaveCardCommand) -> SavedCard:
        """The saved card.

        Raises `UnknownSource`, `SourceSpent`, `vault.DuplicateCard`, `vault.ReplayMismatch`, `CardRefused`,
        `OutcomeUnknown`; then nothing is saved.
        """
        try:
            source = command.card or await self._token(caller, command)
            fingerprint = self._fingerprint(caller, source)
            if await self._cards.is_saved(caller.tenant_id, command.customer_id, fingerprint):
                raise DuplicateCard
        except (SourceSpent, DuplicateCard):
            # Perhaps by this very command, when its answer was lost on the way: the vault knows what stands there.
            if not await self._cards.is_taken(caller.tenant_id, command.card_id):
                raise
        else:
            card = await self._open(caller, source) if isinstance(source, StoredInstrument) else source
            await self._verify(caller, card, command.card_id)
        return await self._stored(caller, command)

    async def _stored(self, caller: Caller, command: SaveCardCommand) -> SavedCard:
        return await self._store(
            caller,
            card_id=command.card_id,
            card=command.card,
            token_id=command.token_id,
            customer_id=command.customer_id,
            address=command.address,
            device_session_id=command.device_session_id,
        )

    async def _token(self, caller: Caller, command: SaveCardCommand) -> StoredInstrument:
        assert command.token_id is not None, "a card comes from its data or from a token"
        found = await self._sources.find(caller.tenant_id, command.token_id)
        if found is None or found.kind != "token":
            raise UnknownSource(field="token_id")
        if not found.usable:
            raise SourceSpent(field="token_id")
        return found

    def _fingerprint(self, caller: Caller, source: CardData | StoredInstrument) -> bytes:
        if isinstance(source, StoredInstrument):
            return source.sealed.fingerprint
        return self._sealer.fingerprint(caller.tenant_id, source.pan)

    async def _open(self, caller: Caller, token: StoredInstrument) -> CardData:
        """The token's card, with the security code that waits for one message only: so ask for it last."""
        cvv = await self._secrets.take(cvv_key(caller.tenant_id, token.source_id))
        return await self._messages.open(caller.tenant_id, token.sealed, view_of_source(token), cvv)
