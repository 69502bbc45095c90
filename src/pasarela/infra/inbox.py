"""Messages that arrive from outside (late answers, deposits, notifications): stored first, then handled, once.

Receiving answers as soon as the message is stored; the same message again is recognised by its source and id. What its
handler cannot take stays unhandled and is tried again by the due work, with its pauses, and parked at last.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.due_work import PLATFORM, DueItem, DueKey, DueWork
from pasarela.kernel.clock import Clock

SQL = SqlFiles(__package__)

KIND = "inbox.handle"

MessageHandler = Callable[[Mapping[str, Any]], Awaitable[str]]
"""Takes a message's body; answers in a word what was done, which is kept with it. May be called again for a message
that it has handled, when the process died in between."""


class Inbox:
    """Stores messages and hands each to its source's handler."""

    def __init__(self, database: Database, due_work: DueWork, clock: Clock) -> None:
        self._database = database
        self._due_work = due_work
        self._clock = clock
        self._handlers: dict[str, MessageHandler] = {}

    def answer(self, source: str, handler: MessageHandler) -> None:
        """Registers who handles the messages of `source`; once, in wiring."""
        assert source not in self._handlers, "a source has one handler"
        self._handlers[source] = handler

    async def receive(self, source: str, message_id: str, body: Mapping[str, Any]) -> bool:
        """Stores the message and makes its handling due at once; answers whether it was new."""
        now = self._clock.now()
        async with self._database.batch() as tx:
            text = msgspec.json.encode(body).decode()
            new = await tx.fetchval(SQL["receive_message"], source, message_id, text, now)
            if new:
                await self._due_work.schedule(tx, [DueKey(PLATFORM, KIND, f"{source}/{message_id}").at(now)])
        return bool(new)

    async def handle(self, item: DueItem) -> None:
        """The due work's handler of kind `KIND`."""
        source, _, message_id = item.subject.partition("/")
        async with self._database.batch() as tx:
            row = await tx.fetchrow(SQL["unhandled_message"], source, message_id)
        if row is None:
            return
        outcome = await self._handlers[source](msgspec.json.decode(row["body"]))
        async with self._database.batch() as tx:
            await tx.execute(SQL["message_handled"], source, message_id, self._clock.now(), outcome)
