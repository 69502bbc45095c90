"""Finds out who calls.

Answers are remembered for a few seconds, refusals too, so that a busy merchant costs nearly nothing; what is
revoked or suspended is refused within those seconds. Keys are remembered as digests only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from pasarela.core.tenants.errors import TenantDisabled, UnknownKey
from pasarela.core.tenants.model import Authenticated, KeyKind, TenantStatus
from pasarela.core.tenants.repository import SQL, tenant_from
from pasarela.core.tenants.rules import key_digest
from pasarela.infra.cache import Recent
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database
from pasarela.kernel.secret import Secret

REMEMBERED_SECONDS = 3.0
REMEMBERED_CALLERS = 20_000
REMEMBERED_REFUSALS = 20_000

_Asked = tuple[str, str, bytes]  # api, account, digest of the key


class Authenticate:
    """Names the tenant and the kind of a key. How long a refusal takes tells nothing of what was wrong."""

    def __init__(self, db: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._look_up: Coalescer[_Asked, Authenticated | None] = Coalescer(self._fetch)
        self._known: Recent[_Asked, Authenticated] = Recent(REMEMBERED_CALLERS, REMEMBERED_SECONDS, monotonic=monotonic)
        # Apart, so that somebody who guesses keys can't push the callers out.
        self._refused: Recent[_Asked, bool] = Recent(REMEMBERED_REFUSALS, REMEMBERED_SECONDS, monotonic=monotonic)

    async def __call__(self, api: str, account: str, key: Secret) -> Authenticated:
        """Raises `UnknownKey`, and `TenantDisabled` to who holds a right key only."""
        asked = (api, account, key_digest(key))
        found = self._known.get(asked)
        if found is None:
            if self._refused.get(asked):
                raise UnknownKey
            found = await self._look_up(asked)
            if found is None:
                self._refused.put(asked, True)
                raise UnknownKey
            self._known.put(asked, found)
        if found.tenant.status is not TenantStatus.ACTIVE:
            raise TenantDisabled
        return found

    async def by_key(self, api: str, key: Secret) -> Authenticated:
        """Whose key it is, where an address names no account. Raises `UnknownKey`, `TenantDisabled`."""
        digest = key_digest(key)
        rows = await self._db.batch_fetch(SQL["account_of_key"], api, digest)
        if not rows:
            raise UnknownKey
        return await self(api, rows[0]["account"], key)

    def forget(self) -> None:
        """Makes the next calls ask the database again: after a reset, or for tests."""
        self._known.clear()
        self._refused.clear()

    async def _fetch(self, items: Sequence[_Asked]) -> Sequence[Authenticated | None]:
        apis, accounts, digests = zip(*items, strict=True)
        rows = await self._db.batch_fetch(SQL["authenticate"], apis, accounts, digests)
        return [
            Authenticated(tenant_from(row), KeyKind(row["kind"])) if row["kind"] is not None else None for row in rows
        ]
