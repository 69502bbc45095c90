"""The platform's own RSA keys: callers encrypt for the active one, and for a time a retired one still reads.

Private keys are kept wrapped by the key ring and opened in memory only. A process may offer and read by what it has
read within the last minute. Private to this slice.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pasarela.core.issuing import rsa_values
from pasarela.core.issuing.rows import SQL
from pasarela.infra.cache import Recent
from pasarela.infra.database import Database
from pasarela.infra.keyring import Keyring, WrappedKey
from pasarela.kernel.clock import Clock

REMEMBERED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SystemKey:
    """One key; the active one comes first wherever there are several."""

    number: int
    public_pem: str
    private: RSAPrivateKey
    readable_until: datetime | None = None


class SystemKeys:
    """Finds, makes and retires them; one for each process."""

    def __init__(self, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._lock = asyncio.Lock()
        self._readable: Recent[str, tuple[SystemKey, ...]] = Recent(1, REMEMBERED_SECONDS)
        self._opened: dict[int, RSAPrivateKey] = {}

    async def readable(self) -> tuple[SystemKey, ...]:
        """All keys that still read, the active one first; it is made when there is none yet."""
        keys = self._readable.get("")
        if keys is None:
            async with self._lock:
                keys = await self._load()
                if not keys:
                    await self._make(None)
                    keys = await self._load()
                self._readable.put("", keys)
        at = self._clock.now()
        return tuple(key for key in keys if key.readable_until is None or at < key.readable_until)

    async def rotate(self, readable_for: timedelta) -> SystemKey:
        """A fresh active key; the one before it reads for so much longer."""
        await self.readable()
        async with self._lock:
            await self._make(readable_for)
            keys = await self._load()
            self._readable.put("", keys)
        return keys[0]

    async def _load(self) -> tuple[SystemKey, ...]:
        async with self._database.operator() as tx:
            rows = await tx.fetch(SQL["readable_system_keys"], self._clock.now())
        keys = []
        for row in rows:
            number = row["key_number"]
            if number not in self._opened:
                der = await self._keyring.unwrap(WrappedKey(row["master_id"], row["wrapped"]), _context(number))
                self._opened[number] = rsa_values.private_key(der)
            keys.append(SystemKey(number, row["public_key"], self._opened[number], row["readable_until"]))
        return tuple(keys)

    async def _make(self, readable_for: timedelta | None) -> None:
        """Makes a key and retires the one before it, unless another process was quicker."""
        private = await asyncio.to_thread(rsa_values.generate)
        at = self._clock.now()
        async with self._database.operator() as tx:
            number = 1 + int(await tx.fetchval(SQL["last_system_key"]))
            wrapped = await self._keyring.wrap(rsa_values.private_bytes(private), _context(number))
            if readable_for is not None:
                await tx.execute(SQL["retire_system_key"], at, at + readable_for)
            pem = rsa_values.pem_of(private.public_key())
            await tx.execute(SQL["insert_system_key"], number, pem, wrapped.blob, wrapped.master_id, at)


def _context(number: int) -> bytes:
    return f"issuing system key {number}".encode()
