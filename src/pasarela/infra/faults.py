"""What the sandbox has been told to break: a table that every process keeps in memory, so that asking costs nothing.

A fault applies to messages to its target, after the first `after` of them, `count` times (for ever without), with a
probability. Counts are each process's own; with one process, as a sandbox runs by default, they are exact.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.listener import FAULTS_CHANNEL
from pasarela.kernel.clock import SystemClock
from pasarela.kernel.ids import IdSource

SQL = SqlFiles(__package__)


@dataclass(frozen=True, slots=True)
class Fault:
    """`target` is a rail or `api:<name>`; `mode` what happens (`timeout`, `decline:51`, …); `count` `None`: always."""

    fault_id: str
    target: str
    mode: str
    probability: float
    count: int | None
    after: int
    created_at: datetime


@dataclass(slots=True)
class _Armed:
    fault: Fault
    to_skip: int
    left: int | None


class FaultStore:
    """The table, and the plan that simulators ask (`rails.contract.FaultPlan`)."""

    def __init__(self, database: Database, ids: IdSource, chance: random.Random | None = None) -> None:
        self._database = database
        self._ids = ids
        self._chance = chance or random.Random()  # noqa: S311 - breaks things in a sandbox, guards nothing
        self._armed: dict[str, list[_Armed]] = {}
        self._known: dict[str, _Armed] = {}

    async def load(self) -> None:
        """Takes over what is stored. At start, and whenever the faults' channel is heard; running counts go on."""
        known = {fault.fault_id: self._known.get(fault.fault_id) or _armed(fault) for fault in await self.list()}
        armed: dict[str, list[_Armed]] = {}
        for each in known.values():
            armed.setdefault(each.fault.target, []).append(each)
        self._known, self._armed = known, armed

    def next_fault(self, target: str) -> str | None:
        """The mode to apply to this message to `target`, or `None`. The fault added first goes first."""
        for each in self._armed.get(target, ()):
            if each.left == 0:
                continue
            if each.to_skip:
                each.to_skip -= 1
                continue
            if each.fault.probability < 1 and self._chance.random() >= each.fault.probability:
                continue
            if each.left is not None:
                each.left -= 1
            return each.fault.mode
        return None

    def left(self, fault_id: str) -> int | None:
        """How often a fault will still apply in this process; `None`: always."""
        known = self._known.get(fault_id)
        return known.left if known is not None else 0

    async def add(
        self, target: str, mode: str, *, probability: float = 1.0, count: int | None = None, after: int = 0
    ) -> Fault:
        """Orders a fault; it applies from the next message on, in every process within moments."""
        fault_id, now = self._ids.fresh("f"), SystemClock().now()
        async with self._database.operator() as tx:
            await tx.execute(SQL["insert_fault"], fault_id, target, mode, probability, count, after, now)
            await tx.execute(SQL["notify"], FAULTS_CHANNEL, "")
        await self.load()
        return Fault(fault_id, target, mode, probability, count, after, now)

    async def list(self) -> Sequence[Fault]:
        """What is ordered, oldest first."""
        async with self._database.operator() as tx:
            rows = await tx.fetch(SQL["list_faults"])
        return [Fault(*row) for row in rows]

    async def clear(self) -> int:
        """Takes all faults back; answers how many there were."""
        async with self._database.operator() as tx:
            cleared = await tx.fetch(SQL["clear_faults"])
            await tx.execute(SQL["notify"], FAULTS_CHANNEL, "")
        await self.load()
        return len(cleared)


def _armed(fault: Fault) -> _Armed:
    return _Armed(fault, fault.after, fault.count)
