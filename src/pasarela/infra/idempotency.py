"""Answers a repeated call as the first was answered: one key, one piece of work, one stored answer.

A claim on the key is committed before the work, with the id that the work is done under, and the answer after it.
A call that finds another at work waits for its answer; one that finds a claim whose owner has died does the work
again under the same id, which the core's verbs turn into the same result. The content of a call is known by a
keyed digest only. Real time, not the platform's: a lease measures a process, and a moved clock must not end it.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import asyncpg

from pasarela.infra.database import Database, SqlFiles
from pasarela.kernel.clock import Clock, SystemClock
from pasarela.kernel.errors import Refusal

SQL = SqlFiles(__package__)

LEASE = timedelta(seconds=3)
RENEWAL_SECONDS = 1
POLL_SECONDS = 0.05
WAIT_SECONDS_MAX = 60

_log = logging.getLogger(__name__)
_GIVEN_UP = datetime(2000, 1, 1, tzinfo=UTC)


class IdempotencyKeyReused(Refusal):
    """The same idempotency key was sent before with another request."""

    rule = "idempotency.same_request"
    field = "Idempotency-Key"


class StillAtWork(Refusal):
    """The first call with this idempotency key has not been answered yet."""

    rule = "idempotency.first_call_answered"
    field = "Idempotency-Key"


class Answer(NamedTuple):
    """What the first call was answered, to the byte."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """A caller's name for one piece of work. `scope` keeps the keys of different doors apart."""

    tenant_id: int
    scope: str
    key: str
    fingerprint: bytes


class Idempotency:
    """Built once, called concurrently. `secret` keys the digests of what the calls said."""

    def __init__(self, database: Database, secret: bytes, *, clock: Clock | None = None) -> None:
        self._database = database
        self._secret = secret
        self._clock = clock or SystemClock()
        self._running: dict[tuple[int, str, str], asyncio.Event] = {}

    def fingerprint(self, *parts: bytes) -> bytes:
        """A digest of a call's content that tells nothing without the secret."""
        content = b"".join(len(part).to_bytes(4) + part for part in parts)
        return hmac.digest(self._secret, content, "sha256")

    async def once(self, key: Key, subject: str, work: Callable[[str], Awaitable[Answer]]) -> Answer:
        """The stored answer of the key; or that of `work(id)`, run under the id of the claim (`subject`, or that
        of an earlier try). An answer of 500 and above is not stored: the next call tries again under the same id.

        Raises `IdempotencyKeyReused`, `StillAtWork`, and whatever `work` raises.
        """
        name = (key.tenant_id, key.scope, key.key)
        patience_ends = time.monotonic() + WAIT_SECONDS_MAX
        while time.monotonic() < patience_ends:
            if neighbour := self._running.get(name):
                await neighbour.wait()
                continue
            with self._alone(name):
                claimed = await self._claim(key, subject)
                if isinstance(claimed, Answer):
                    return claimed
                if claimed is not None:
                    return await self._work(key, claimed, work)
            await asyncio.sleep(POLL_SECONDS)
        raise StillAtWork

    @contextmanager
    def _alone(self, name: tuple[int, str, str]) -> Iterator[None]:
        """Of this process's calls with one key, lets one at a time go to the database."""
        done = self._running[name] = asyncio.Event()
        try:
            yield
        finally:
            del self._running[name]
            done.set()

    async def _claim(self, key: Key, subject: str) -> Answer | str | None:
        """The stored answer; or the id to work under; or `None` while somebody else is at it."""
        now = self._clock.now()
        async with self._database.tenant(key.tenant_id) as tx:
            row = await tx.fetchrow(
                SQL["claim_key"], key.tenant_id, key.scope, key.key, subject, key.fingerprint, now, now - LEASE
            )
        if row is None:
            return None
        if not hmac.compare_digest(row["fingerprint"] or b"", key.fingerprint):
            raise IdempotencyKeyReused
        if row["answer_status"] is not None:
            return Answer(row["answer_status"], row["answer"])
        return str(row["subject"]) if row["ours"] else None

    async def _work(self, key: Key, subject: str, work: Callable[[str], Awaitable[Answer]]) -> Answer:
        renewal = asyncio.create_task(self._renew(key))
        answer: Answer | None = None
        try:
            answer = await work(subject)
            return answer
        finally:
            renewal.cancel()
            # Also when the caller has gone: the answer must be there for the next.
            await asyncio.shield(self._settle(key, answer))

    async def _settle(self, key: Key, answer: Answer | None) -> None:
        async with self._database.tenant(key.tenant_id) as tx:
            name = (key.tenant_id, key.scope, key.key)
            if answer is None or answer.status >= 500:
                await tx.execute(SQL["keep_claim"], *name, _GIVEN_UP)
            else:
                await tx.execute(SQL["answer_claim"], *name, answer.status, answer.body)

    async def _renew(self, key: Key) -> None:
        while True:
            await asyncio.sleep(RENEWAL_SECONDS)
            try:
                async with self._database.tenant(key.tenant_id) as tx:
                    await tx.execute(SQL["keep_claim"], key.tenant_id, key.scope, key.key, self._clock.now())
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                # At worst the work is done twice under one id, which comes to the same.
                _log.warning("idempotency: no sign of life given: %s", type(error).__name__)
