"""Hashes and checks API keys' passwords: Argon2id, in threads, a few at a time. Private to this slice."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from pasarela.kernel.secret import Secret

AT_ONCE = 4
"""Each takes its 19 MiB and a core for some dozen milliseconds."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Passwords:
    """One for each process."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)
        self._nobodys: str | None = None

    async def hash(self, password: Secret) -> str:
        """What may be stored of a password."""
        async with self._room:
            return await asyncio.to_thread(_HASHER.hash, password.reveal())

    async def right(self, stored: str | None, password: Secret) -> bool:
        """Whether `stored` is of this password. Without one it takes as long to say no."""
        if self._nobodys is None:
            self._nobodys = await self.hash(Secret("nobody's password"))
        async with self._room:
            return await asyncio.to_thread(_verified, stored or self._nobodys, password.reveal()) and stored is not None


def _verified(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
