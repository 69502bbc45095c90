"""What arrives from outside (a late answer, a deposit, a payment in a store): stored first, then handled, once.

A message is known by its source and the id that the source gave it; the same message again is recognised and not
handled again. Handling is due work, so a handler that fails is called again later and nothing that arrived is lost.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.due_work import PLATFORM, DueItem, DueKey, DueWork, Handlers
from pasarela.infra.listener import WORK_CHANNEL
from pasarela.kernel.clock import Clock

SQL = SqlFiles(__package__)

KIND_PREFIX = "inbox."

MessageHandler = Callable[[Mapping[str, Any]], Awaitable[str]]
"""Handles a message's body and says in a word what it did. Raises to be called again later; may be called again for
what it has done, when the process died before that was noted."""


class Inbox:
    """Takes messages in and hands them to their source's handler."""

    def __init__(self, database: Database, due_work: DueWork, clock: Clock) -> None:
        self._database = database
        self._due_work = due_work
        self._clock = clock

    async def receive(self, source: str, message_id: str, body: Mapping[str, Any]) -> bool:
        """Stores a message (JSON values) and has it handled soon; answers whether it is new. When this returns, the
        message is safe and the sender may be told so."""
        now = self._clock.now()
        async with self._database.batch() as tx:
            text = msgspec.json.encode(body).decode()
            if await tx.fetchval(SQL["store_message"], source, message_id, text, now) is None:
                return False
            await self._due_work.schedule(tx, [DueKey(PLATFORM, KIND_PREFIX + source, message_id).at(now)])
            await tx.execute(SQL["notify"], WORK_CHANNEL, "")
        return True

    async def outcome(self, source: str, message_id: str) -> str | None:
        """What was done about a message; `None` when it has not been handled (yet)."""
        async with self._database.batch() as tx:
            outcome: str | None = await tx.fetchval(SQL["read_outcome"], source, message_id)
        return outcome

    def handlers(self, by_source: Mapping[str, MessageHandler]) -> Handlers:
        """The due work's handlers for the messages of each source."""
        return {KIND_PREFIX + source: self._handling(source, handler) for source, handler in by_source.items()}

    def _handling(self, source: str, handler: MessageHandler) -> Callable[[DueItem], Awaitable[None]]:
        async def handle(item: DueItem) -> None:
            async with self._database.batch() as tx:
                row = await tx.fetchrow(SQL["read_message"], source, item.subject)
            assert row is not None, "a message is stored before it is handled"
            if row["handled_at"] is not None:
                return
            outcome = await handler(msgspec.json.decode(row["body"]))
            async with self._database.batch() as tx:
                await tx.execute(SQL["close_message"], source, item.subject, self._clock.now(), outcome)

        return handle
