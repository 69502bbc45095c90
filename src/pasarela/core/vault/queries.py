"""Reads saved cards and tokens of one tenant. A customer's cards and the merchant's own are apart."""

from __future__ import annotations

from pasarela.core.vault.errors import UnknownCard, UnknownToken
from pasarela.core.vault.model import SavedCard, Token
from pasarela.core.vault.repository import SQL, saved_card_from, token_from
from pasarela.infra.database import Database
from pasarela.kernel.paging import CreatedBetween, Page


class Cards:
    """Saved cards that are not deleted. `customer_id` `None` means the merchant's own."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, tenant_id: int, card_id: str, customer_id: str | None = None) -> SavedCard:
        """Raises `UnknownCard`, also for a card of another owner."""
        async with self._db.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["card_by_id"], tenant_id, card_id, customer_id)
        if row is None:
            raise UnknownCard
        return saved_card_from(row)

    async def list(
        self, tenant_id: int, customer_id: str | None, created: CreatedBetween, page: Page
    ) -> tuple[SavedCard, ...]:
        """The owner's cards, newest first; of two of the same instant the one with the greater id."""
        bounds = (created.at_least, created.before)
        async with self._db.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["list_cards"], tenant_id, customer_id, *bounds, page.offset, page.limit)
        return tuple(saved_card_from(row) for row in rows)

    async def is_saved(self, tenant_id: int, customer_id: str | None, fingerprint: bytes) -> bool:
        """Whether the owner has a card with this number: to refuse a duplicate before its issuer is asked."""
        async with self._db.tenant(tenant_id) as tx:
            return bool(await tx.fetchval(SQL["card_is_saved"], tenant_id, customer_id, fingerprint))

    async def is_taken(self, tenant_id: int, card_id: str) -> bool:
        """Whether a card was ever saved under this id, whoever owns it and whether or not it is deleted."""
        async with self._db.tenant(tenant_id) as tx:
            return bool(await tx.fetchval(SQL["card_id_is_taken"], tenant_id, card_id))


class Tokens:
    """Tokens, used and expired ones too."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, tenant_id: int, token_id: str) -> Token:
        """Raises `UnknownToken`."""
        async with self._db.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["token_by_id"], tenant_id, token_id)
        if row is None:
            raise UnknownToken
        return token_from(row)
