"""Logs clients' programs in and out, and says on each call who it is.

A token (JWT, HS256) lives a day of platform time. Each call looks its key and its revocation up, many calls in one
statement, so that a revoked token is dead at once, everywhere. What is remembered for seconds: that a password was
right, and that a program is active.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
from jwt.types import Options

from pasarela.core.issuing.errors import InvalidToken, WrongCredentials
from pasarela.core.issuing.model import Padding, Session
from pasarela.core.issuing.passwords import Passwords
from pasarela.core.issuing.rows import SQL
from pasarela.core.tenants.errors import UnknownTenant
from pasarela.core.tenants.model import TenantStatus
from pasarela.core.tenants.queries import Tenants
from pasarela.infra.cache import Recent
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database
from pasarela.infra.keyring import Keyring
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.secret import Secret

TOKEN_LIFE = timedelta(days=1)
REMEMBERED_SECONDS = 3.0
REMEMBERED_LOGINS = 1_000
REMEMBERED_PROGRAMS = 20_000

_ALGORITHM = "HS256"
_CLAIMS = ("jti", "sub", "key", "iat", "exp")


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A fresh token, on the one occasion when it is shown, and whose it is."""

    token: Secret
    session: Session


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a token's key stands now."""

    tenant_id: int
    client_id: str
    public_key: str | None
    padding: Padding
    revoked: bool


class Sessions:
    """The verbs; one for each process."""

    def __init__(
        self, database: Database, tenants: Tenants, passwords: Passwords, keyring: Keyring, clock: Clock, ids: IdSource
    ) -> None:
        self._database = database
        self._tenants = tenants
        self._passwords = passwords
        self._secret = keyring.subkey("issuing tokens")
        self._clock = clock
        self._ids = ids
        self._standing: Coalescer[tuple[str, str], _Standing | None] = Coalescer(self._find_standing)
        self._right: Recent[bytes, str] = Recent(REMEMBERED_LOGINS, REMEMBERED_SECONDS)
        self._active: Recent[int, bool] = Recent(REMEMBERED_PROGRAMS, REMEMBERED_SECONDS)

    async def login(self, login: str, password: Secret) -> LoggedIn:
        """A token for the key `login`. Raises `WrongCredentials`, which takes as long whatever is wrong."""
        rows = await self._database.batch_fetch(SQL["key_by_login"], login)
        row = rows[0] if rows else None
        if not await self._is_right(login, row["password_hash"] if row else None, password):
            raise WrongCredentials
        assert row is not None, "a right password has a key"
        tenant_id = row["tenant_id"]
        if row["revoked_at"] is not None or not row["client_active"] or not await self._is_active(tenant_id):
            raise WrongCredentials
        at = self._clock.now(tenant_id).replace(microsecond=0)
        session = Session(
            tenant_id,
            row["client_id"],
            row["key_id"],
            self._ids.uuid(),
            at + TOKEN_LIFE,
            row["public_key"],
            Padding(row["padding"]),
        )
        return LoggedIn(self._token(session, at), session)

    async def authenticate(self, token: Secret) -> Session:
        """Who calls. Raises `InvalidToken`: not ours, expired, revoked, or its key, client or program is at rest."""
        claims = self._claims(token)
        standing = await self._standing((claims["key"], claims["jti"]))
        if standing is None or standing.revoked or standing.client_id != claims["sub"]:
            raise InvalidToken
        expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
        if self._clock.now(standing.tenant_id) >= expires_at or not await self._is_active(standing.tenant_id):
            raise InvalidToken
        return Session(
            standing.tenant_id,
            standing.client_id,
            claims["key"],
            claims["jti"],
            expires_at,
            standing.public_key,
            standing.padding,
        )

    async def logout(self, session: Session) -> None:
        """The session's token is dead from now on."""
        at = self._clock.now(session.tenant_id)
        async with self._database.tenant(session.tenant_id) as tx:
            await tx.execute(SQL["forget_expired_tokens"], session.tenant_id, at)
            await tx.execute(SQL["revoke_token"], session.tenant_id, session.token_id, session.expires_at)

    def forget(self) -> None:
        """Makes the next calls look everything up again."""
        self._right.clear()
        self._active.clear()

    async def _is_right(self, login: str, stored: str | None, password: Secret) -> bool:
        asked = hashlib.sha256(f"{len(login)}/{login}/{password.reveal()}".encode()).digest()
        if stored is not None and self._right.get(asked) == stored:
            return True
        right = await self._passwords.right(stored, password)
        if right and stored is not None:
            self._right.put(asked, stored)
        return right

    async def _is_active(self, tenant_id: int) -> bool:
        known = self._active.get(tenant_id)
        if known is None:
            try:
                known = (await self._tenants.by_id(tenant_id)).status is TenantStatus.ACTIVE
            except UnknownTenant:
                known = False
            self._active.put(tenant_id, known)
        return known

    def _token(self, session: Session, at: datetime) -> Secret:
        claims = {
            "jti": session.token_id,
            "sub": session.client_id,
            "key": session.key_id,
            "iat": int(at.timestamp()),
            "exp": int(session.expires_at.timestamp()),
        }
        return Secret(jwt.encode(claims, self._secret, _ALGORITHM))

    def _claims(self, token: Secret) -> dict[str, str]:
        # The library would hold the times against the real clock; ours may be ahead of it.
        unchecked: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": list(_CLAIMS)}
        try:
            claims = jwt.decode(token.reveal(), self._secret, [_ALGORITHM], options=unchecked)
        except (jwt.InvalidTokenError, UnicodeEncodeError):
            raise InvalidToken from None
        return dict(claims)

    async def _find_standing(self, items: Sequence[tuple[str, str]]) -> Sequence[_Standing | None]:
        rows = await self._database.batch_fetch(SQL["token_standings"], *zip(*items, strict=True))
        found = {
            row["n"]: _Standing(
                row["tenant_id"], row["client_id"], row["public_key"], Padding(row["padding"]), row["revoked"]
            )
            for row in rows
        }
        return [found.get(n) for n in range(1, len(items) + 1)]
