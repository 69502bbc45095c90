"""What is due later (renewals, expiries, retries, deadlines) or at once: one row for each piece of work.

A row stands under its key, tenant, kind and subject, until it is done, taken back or replaced. Instants are
the tenant's platform time; only a lease is real time, so that a crashed worker's rows come back whatever the
clock says. Here rows are only kept and handed out; `infra.due_runner` runs them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec

from pasarela.infra.database import SqlFiles, Tx

SQL = SqlFiles(__package__)

PLATFORM = 0
"""The tenant of work that belongs to no tenant."""

ERROR_CHARS_MAX = 1000

_NO_DATA: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class DueKey:
    """Names a piece of work. `kind` says what is to be done (`payments.expire`), `subject` to what."""

    tenant_id: int
    kind: str
    subject: str

    def at(self, due_at: datetime, data: Mapping[str, Any] = _NO_DATA) -> Scheduled:
        """This work, due at `due_at` of the tenant's time, with JSON values for its handler."""
        assert due_at.tzinfo is not None, "an instant knows its offset"
        return Scheduled(self.tenant_id, self.kind, self.subject, due_at, data)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Work to be scheduled; made by `DueKey.at`."""

    tenant_id: int
    kind: str
    subject: str
    due_at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DueItem:
    """Work claimed by a worker, whose alone it is until `leased_until` (real time).

    `attempt` counts from 0. `instant` is `due_at` in the time by which it was claimed: the platform's, while
    `due_at` is the tenant's.
    """

    tenant_id: int
    kind: str
    subject: str
    due_at: datetime
    attempt: int
    data: Mapping[str, Any]
    leased_until: datetime
    instant: datetime

    @property
    def key(self) -> DueKey:
        return DueKey(self.tenant_id, self.kind, self.subject)


@dataclass(frozen=True, slots=True)
class ParkedItem:
    """Work that failed too often and waits for a person."""

    key: DueKey
    due_at: datetime
    attempt: int
    data: Mapping[str, Any]
    parked_at: datetime
    error: str


Handlers = Mapping[str, Callable[[DueItem], Awaitable[None]]]
"""What does each kind of work. A handler may be called again for work that it has done (after a crash), may
schedule its own key anew, and fails by raising: then it is called again later."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant by which work is claimed.

    `now` is platform time, `real_now` real time. `tenants_ahead` holds the tenants whose time runs ahead of
    the platform's. With `only_tenant`, nobody else's work is claimed, and `now` is that tenant's time.
    `moving` says that the caller is the one who moves the clock, while all others pause.
    """

    now: datetime
    real_now: datetime
    tenants_ahead: Mapping[int, timedelta] = field(default_factory=dict)
    only_tenant: int | None = None
    moving: bool = False


@dataclass(frozen=True, slots=True)
class NextInstant:
    """When work stands next, in the time of the moment asked about, and whether somebody is running it."""

    instant: datetime
    leased: bool


class DueWork:
    """The table of due work. Holds no state; every call works in the transaction it is given."""

    async def schedule(self, tx: Tx, items: Sequence[Scheduled]) -> None:
        """Schedules all `items`; what stands under the same key is replaced, also while it is being run."""
        await tx.execute(SQL["schedule_due"], _json(items))

    async def bring_forward(self, tx: Tx, items: Sequence[Scheduled]) -> None:
        """Schedules those `items` that don't stand at an earlier instant already."""
        await tx.execute(SQL["bring_forward_due"], _json(items))

    async def cancel(self, tx: Tx, keys: Sequence[DueKey]) -> None:
        """Takes work back; what is not there is passed over. Work being run is not interrupted."""
        if keys:
            await tx.execute(SQL["cancel_due"], msgspec.json.encode(list(keys)).decode())

    async def claim(self, tx: Tx, moment: Moment, kinds: Sequence[str], limit: int, lease: timedelta) -> list[DueItem]:
        """Leases the first `limit` items that are due, in order of their instant; those of other workers are
        passed over, and so is everything while somebody else moves the clock."""
        until = moment.real_now + lease
        if moment.tenants_ahead or moment.moving:
            rows = await tx.fetch(
                SQL["claim_due_by_offset"],
                *(moment.now, moment.real_now, list(kinds), limit, until),
                *_ahead(moment),
                moment.only_tenant,
                moment.moving,
            )
        else:
            rows = await tx.fetch(SQL["claim_due"], moment.now, moment.real_now, list(kinds), limit, until)
        return sorted(map(_item, rows), key=lambda item: (item.instant, item.tenant_id, item.kind, item.subject))

    async def claim_key(self, tx: Tx, key: DueKey, real_now: datetime, lease: timedelta) -> DueItem | None:
        """Leases this very item, due or not; `None` when it is not there or somebody else has it."""
        row = await tx.fetchrow(SQL["claim_due_key"], *_key(key), real_now, real_now + lease)
        return None if row is None else _item(row)

    async def next_instant(
        self, tx: Tx, moment: Moment, kinds: Sequence[str], *, leased_too: bool
    ) -> NextInstant | None:
        """The first instant up to `moment.now` at which work stands; `leased_too` also sees what others
        run."""
        row = await tx.fetchrow(
            SQL["next_due"],
            *(moment.now, moment.real_now, list(kinds), leased_too),
            *_ahead(moment),
            moment.only_tenant,
        )
        return None if row is None else NextInstant(row["instant"], leased=row["leased"])

    async def oldest(self, tx: Tx, now: datetime, kinds: Sequence[str], real_now: datetime) -> datetime | None:
        """The instant of the work that has waited longest for a worker; `None` when none waits."""
        oldest: datetime | None = await tx.fetchval(SQL["oldest_due"], now, list(kinds), real_now)
        return oldest

    async def finish(self, tx: Tx, items: Sequence[DueItem]) -> None:
        """Strikes out work that is done, unless it was scheduled anew meanwhile. A handler may call this
        itself, in the transaction of its effects: then they happen exactly once."""
        ordered = sorted(map(_leased, items))
        await tx.execute(SQL["finish_due"], *(list(column) for column in zip(*ordered, strict=True)))

    async def reschedule(self, tx: Tx, item: DueItem, due_at: datetime, error: str) -> None:
        """Puts work off until `due_at` as its next attempt, unless it was scheduled anew meanwhile."""
        await tx.execute(SQL["reschedule_due"], *_leased(item), due_at, item.attempt + 1, error[:ERROR_CHARS_MAX])

    async def park(self, tx: Tx, item: DueItem, now: datetime, error: str) -> None:
        """Sets work aside for a person to see to, unless it was scheduled anew meanwhile."""
        await tx.execute(SQL["park_due"], *_leased(item), now, item.attempt + 1, error[:ERROR_CHARS_MAX])

    async def release(self, tx: Tx, item: DueItem) -> None:
        """Gives back work that was not finished, so that another worker may claim it at once."""
        await tx.execute(SQL["release_due"], *_leased(item))

    async def parked(self, tx: Tx, limit: int = 100) -> list[ParkedItem]:
        """The work that was parked last, newest first."""
        rows = await tx.fetch(SQL["parked_due"], limit)
        return [
            ParkedItem(
                key=DueKey(row["tenant_id"], row["kind"], row["subject"]),
                due_at=row["due_at"],
                attempt=row["attempt"],
                data=msgspec.json.decode(row["data"]),
                parked_at=row["parked_at"],
                error=row["last_error"],
            )
            for row in rows
        ]

    async def unpark(self, tx: Tx, key: DueKey, due_at: datetime) -> bool:
        """Has parked work tried again from `due_at` on; answers whether it was parked."""
        return await tx.fetchval(SQL["unpark_due"], *_key(key), due_at) is not None


def _json(items: Sequence[Scheduled]) -> str:
    # One statement can't replace a row twice: the last of a key counts.
    last = {(item.tenant_id, item.kind, item.subject): item for item in items}
    return msgspec.json.encode(list(last.values())).decode()


def _ahead(moment: Moment) -> tuple[list[int], list[timedelta], datetime]:
    """Tenants, how far each is ahead, and a bound on `due_at` of everything that is due."""
    ahead = moment.tenants_ahead
    return list(ahead), list(ahead.values()), moment.now + max(ahead.values(), default=timedelta())


def _key(key: DueKey) -> tuple[int, str, str]:
    return key.tenant_id, key.kind, key.subject


def _leased(item: DueItem) -> tuple[int, str, str, datetime]:
    return item.tenant_id, item.kind, item.subject, item.leased_until


def _item(row: asyncpg.Record) -> DueItem:
    return DueItem(
        tenant_id=row["tenant_id"],
        kind=row["kind"],
        subject=row["subject"],
        due_at=row["due_at"],
        attempt=row["attempt"],
        data=msgspec.json.decode(row["data"]),
        leased_until=row["leased_until"],
        instant=row["instant"],
    )
