"""Whether a card number is one of ours: by its first digits, from memory."""

from __future__ import annotations

from pasarela.core.issuing.rows import SQL
from pasarela.infra.cache import Recent
from pasarela.infra.database import Database
from pasarela.kernel.secret import Secret

REMEMBERED_SECONDS = 3.0
_SHORTEST, _LONGEST = 6, 11


class Ranges:
    """One for each process; what it knows is a few seconds old at most."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._prefixes: Recent[str, frozenset[str]] = Recent(1, REMEMBERED_SECONDS)

    async def ours(self, pan: Secret) -> bool:
        """Whether some program issues numbers that begin like this one."""
        prefixes = self._prefixes.get("")
        if prefixes is None:
            rows = await self._database.batch_fetch(SQL["prefixes"])
            prefixes = frozenset(row["prefix"] for row in rows)
            self._prefixes.put("", prefixes)
        digits = pan.reveal()
        return any(digits[:length] in prefixes for length in range(_SHORTEST, _LONGEST + 1))

    def forget(self) -> None:
        """Makes the next call read the ranges again."""
        self._prefixes.clear()
