"""Puts an e-mail address, a buyer, a BIN or a card on a tenant's list, and takes it off. Sales that it names are
refused from then on. A card's number is not kept: only its fingerprint and its masked form are."""

from __future__ import annotations

from pasarela.core.risk.errors import UnknownEntry
from pasarela.core.risk.model import ListKind
from pasarela.core.risk.profiles import Profiles
from pasarela.core.risk.repository import SQL
from pasarela.core.risk.rules import listed_pan, listed_text
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.database import Database
from pasarela.kernel.cards import mask
from pasarela.kernel.clock import Clock
from pasarela.kernel.secret import Secret


class ChangeList:
    """Adds and removes entries of the lists of one tenant."""

    def __init__(self, db: Database, profiles: Profiles, sealer: Sealer, clock: Clock) -> None:
        self._db = db
        self._profiles = profiles
        self._sealer = sealer
        self._clock = clock

    async def add(self, tenant_id: int, kind: ListKind, entry: Secret, reason: str) -> None:
        """Lists `entry` (for a card, its number); one that is listed gets the new reason. Raises `BadEntry`."""
        stored, shown = self._stored(tenant_id, kind, entry)
        at = self._clock.now(tenant_id)
        async with self._db.tenant(tenant_id) as tx:
            await tx.execute(SQL["list_entry"], tenant_id, kind.value, stored, shown, reason, at)
        self._profiles.forget(tenant_id)

    async def remove(self, tenant_id: int, kind: ListKind, entry: Secret) -> None:
        """Takes `entry` off the list. Raises `BadEntry`, `UnknownEntry`."""
        stored, _ = self._stored(tenant_id, kind, entry)
        async with self._db.tenant(tenant_id) as tx:
            if await tx.fetchval(SQL["unlist_entry"], tenant_id, kind.value, stored) is None:
                raise UnknownEntry
        self._profiles.forget(tenant_id)

    def _stored(self, tenant_id: int, kind: ListKind, entry: Secret) -> tuple[str, str]:
        """The entry as it is compared, and as it may be shown."""
        if kind is not ListKind.CARD:
            text = listed_text(kind, entry.reveal())
            return text, text
        pan = listed_pan(entry.reveal())
        return self._sealer.fingerprint(tenant_id, Secret(pan)).hex(), mask(pan)
