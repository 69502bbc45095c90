"""Clients of a program: what they hold, the subclients that they make, and the money that they give these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import msgspec

from pasarela.core.issuing.errors import ClientIdTaken, UnknownClient
from pasarela.core.issuing.model import ApiKey, Client, ClientStatus, NewClient, NewKey, Session
from pasarela.core.issuing.passwords import Passwords
from pasarela.core.issuing.postings import Posting, Postings
from pasarela.core.issuing.rows import SQL, client_from, key_from
from pasarela.core.issuing.rules import available_account, collection_account
from pasarela.core.ledger.book import book
from pasarela.core.ledger.model import Leg, Phase, Transfer
from pasarela.core.ledger.queries import floored_balances
from pasarela.infra.database import Database, Tx
from pasarela.kernel.clock import Clock
from pasarela.kernel.errors import Refusal
from pasarela.kernel.money import Currency, Money

FUND, PROGRAM_DEPOSIT = "fund", "program_deposit"
"""Reason codes of the ledger's transfers."""


@dataclass(frozen=True, slots=True)
class Subclient:
    """A subclient with its first key."""

    client: Client
    key: ApiKey


@dataclass(frozen=True, slots=True)
class Funded:
    """Both sides after a client has funded its subclient."""

    client: Client
    subclient: Client


class Clients:
    """Queries and verbs of clients; one for each process."""

    def __init__(self, database: Database, passwords: Passwords, postings: Postings, clock: Clock) -> None:
        self._database = database
        self._passwords = passwords
        self._post = postings
        self._clock = clock

    async def get(self, session: Session) -> Client:
        """The caller itself, with its balances."""
        return await self.by_id(session.tenant_id, session.client_id)

    async def by_id(self, tenant_id: int, client_id: str) -> Client:
        """Raises `UnknownClient`."""
        for client in await self.of_program(tenant_id):
            if client.client_id == client_id:
                return client
        raise UnknownClient

    async def of_program(self, tenant_id: int) -> list[Client]:
        """All clients of a program with their balances: the first one leads, subclients follow as they came."""
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["clients"], tenant_id)
            return await _with_balances(tx, tenant_id, rows)

    async def create_subclient(self, session: Session, new: NewClient, key: NewKey, available: Money) -> Subclient:
        """A subclient that begins with `available` of its parent's money; the same ids again answer what stands.

        Raises `ledger.InsufficientFunds`, `ClientIdTaken`, `UnknownClient` (of a subclient: only a program's first
        client has some); nothing happened then.
        """
        parent = await self.get(session)
        if parent.parent_id is not None:
            raise UnknownClient
        tenant_id, at = session.tenant_id, self._clock.now(session.tenant_id)
        hashed = await self._passwords.hash(key.password)
        async with self._database.batch() as tx:
            if not await insert_client(tx, tenant_id, new, key, hashed, parent_id=parent.client_id, at=at):
                return await self._standing(session, new, key)
            if available:
                legs = _move(parent.client_id, new.client_id, available)
                transfer = Transfer(tenant_id, f"{new.client_id}/{FUND}", FUND, Phase.POSTED, legs, at)
                (booked,) = await book(tx, [transfer])
                if isinstance(booked, Refusal):
                    raise booked
        return await self._standing(session, new, key)

    async def fund(self, session: Session, operation_id: str, client_id: str, amount: Money) -> Funded:
        """Moves `amount` from what the caller has available to its subclient; the same operation again moves nothing.

        Raises `UnknownClient`, `ledger.InsufficientFunds`, `ReplayMismatch`; nothing happened then.
        """
        if (await self.by_id(session.tenant_id, client_id)).parent_id != session.client_id:
            raise UnknownClient
        at = self._clock.now(session.tenant_id)
        legs = _move(session.client_id, client_id, amount)
        await self._post(Posting(session.tenant_id, operation_id, FUND, legs, (), at))
        after = {client.client_id: client for client in await self.of_program(session.tenant_id)}
        return Funded(after[session.client_id], after[client_id])

    async def _standing(self, session: Session, new: NewClient, key: NewKey) -> Subclient:
        client = await self.by_id(session.tenant_id, new.client_id)
        async with self._database.tenant(session.tenant_id) as tx:
            row = await tx.fetchrow(SQL["key_by_id"], session.tenant_id, key.key_id)
        same = (client.name, client.alias, client.parent_id) == (new.name, new.alias, session.client_id)
        if row is None or row["client_id"] != client.client_id or not same:
            raise ClientIdTaken
        return Subclient(client, key_from(row))


async def insert_client(
    tx: Tx, tenant_id: int, new: NewClient, key: NewKey, hashed: str, *, parent_id: str | None, at: datetime
) -> bool:
    """Writes a client with its first key; `False` when the client stands already. Raises `ClientIdTaken`."""
    inserted = await tx.fetchval(
        SQL["insert_client"],
        tenant_id,
        new.client_id,
        parent_id,
        new.code,
        new.name,
        new.alias,
        new.entity_code,
        new.email,
        new.rfc,
        new.time_zone,
        ClientStatus.ACTIVE.value,
        _json(new.profile or {}),
        at,
    )
    if inserted is None:
        return False
    written = await tx.fetchval(
        SQL["insert_key"],
        tenant_id,
        key.key_id,
        new.client_id,
        key.login,
        hashed,
        key.alias,
        key.description,
        key.padding.value,
        at,
    )
    if written is None:
        raise ClientIdTaken
    return True


def _json(profile: Mapping[str, str | None]) -> str:
    return msgspec.json.encode(dict(profile)).decode()


def _move(payer: str, payee: str, amount: Money) -> tuple[Leg, ...]:
    return (
        Leg(available_account(payer, amount.currency), -amount.minor),
        Leg(available_account(payee, amount.currency), amount.minor),
    )


async def _with_balances(tx: Tx, tenant_id: int, rows: Sequence[asyncpg.Record]) -> list[Client]:
    currency = Currency.MXN
    ids = [row["client_id"] for row in rows]
    names = [name(each, currency) for each in ids for name in (available_account, collection_account)]
    found = await floored_balances(tx, tenant_id, names)

    def holds(name: str) -> Money:
        return Money(found[name].available if name in found else 0, currency)

    return [
        client_from(row, holds(available_account(each, currency)), holds(collection_account(each, currency)))
        for row, each in zip(rows, ids, strict=True)
    ]
