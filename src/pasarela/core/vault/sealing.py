"""Seals card numbers and stores them.

Encrypting and fingerprinting cost microseconds; only a tenant's first card in a process, and numbers that
this process has not stored yet, cost a round trip. A number is stored once for each tenant.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pasarela.core.vault import cipher
from pasarela.core.vault.bins import BIN_DIGITS
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.model import SealedPan
from pasarela.core.vault.repository import SQL
from pasarela.infra.cache import Recent
from pasarela.infra.database import Tx
from pasarela.infra.keyring import Keyring
from pasarela.kernel.cards import brand_of
from pasarela.kernel.secret import Secret

STORED_IN_MEMORY = 100_000


class Numbered(Protocol):
    """A card as far as the vault keeps it: by its number, which has passed `rules.check_number`."""

    @property
    def pan(self) -> Secret: ...


Sealed = tuple[int, SealedPan, Numbered]
"""A tenant's card, sealed, ready to be stored."""


class Sealer:
    """Turns cards into `SealedPan`s. One for each process: it remembers what it has stored."""

    def __init__(self, keys: DataKeys, keyring: Keyring) -> None:
        self.keys = keys
        self._tenant_secret = keyring.subkey("pan fingerprint, tenant")
        self._platform_secret = keyring.subkey("pan fingerprint, platform")
        self._stored: Recent[tuple[int, bytes], SealedPan] = Recent(STORED_IN_MEMORY)

    def fingerprint(self, tenant_id: int, pan: Secret) -> bytes:
        """32 bytes that name the card for this tenant; another tenant's name for it is another."""
        return hmac.digest(self._tenant_secret, tenant_id.to_bytes(8, "big") + pan.reveal().encode(), "sha256")

    def platform_fingerprint(self, pan: Secret) -> bytes:
        """32 bytes that name the card over all tenants: for risk rules only, never shown to a tenant."""
        return hmac.digest(self._platform_secret, pan.reveal().encode(), "sha256")

    async def seal(self, tenant_id: int, card: Numbered) -> SealedPan:
        """The number of `card` under the tenant's data key, which is made if need be. Stores nothing yet."""
        fingerprint = self.fingerprint(tenant_id, card.pan)
        stored = self._stored.get((tenant_id, fingerprint))
        if stored is not None:
            return stored
        return cipher.encrypt(await self.keys.active(tenant_id), tenant_id, fingerprint, card.pan)

    async def store(self, tx: Tx, items: Sequence[Sealed], at: datetime) -> None:
        """Stores the sealed numbers that the vault lacks, as part of the caller's transaction. Whoever
        commits it calls `remember` with the same items afterwards."""
        fresh = [item for item in items if self._stored.get((item[0], item[1].fingerprint)) is None]
        if not fresh:
            return
        pans = [card.pan.reveal() for _, _, card in fresh]
        await tx.execute(
            SQL["insert_pans"],
            [tenant_id for tenant_id, _, _ in fresh],
            [sealed.fingerprint for _, sealed, _ in fresh],
            [self.platform_fingerprint(card.pan) for _, _, card in fresh],
            [sealed.key_number for _, sealed, _ in fresh],
            [sealed.ciphertext for _, sealed, _ in fresh],
            [pan[:BIN_DIGITS] for pan in pans],
            [pan[-4:] for pan in pans],
            [len(pan) for pan in pans],
            [_brand(pan) for pan in pans],
            at,
        )

    def remember(self, items: Sequence[Sealed]) -> None:
        """Notes that the transaction which stored `items` has committed, so that they are not sent again."""
        for tenant_id, sealed, _ in items:
            self._stored.put((tenant_id, sealed.fingerprint), sealed)

    def forget(self) -> None:
        """Drops all that this process knows of the vault: the database has been reset or restored."""
        self._stored.clear()
        self.keys.forget()


def _brand(pan: str) -> str:
    brand = brand_of(pan)
    assert brand is not None, "rules.check refuses a number of no brand"
    return brand.value
