"""What the sandbox has been told to break, known in every process.

Asking what happens to a message costs no I/O and almost nothing while nothing is broken. Each process counts the
messages that it hits at once and writes the counts down a moment later; processes that hit messages of one fault in
the same moment may together hit a few more than it was to. Sandbox only.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.listener import DATABASE_FAILURES, FAULTS_CHANNEL
from pasarela.kernel.clock import Clock
from pasarela.kernel.errors import Refusal
from pasarela.kernel.ids import IdSource, RandomBits

SQL = SqlFiles(__package__)

_log = structlog.get_logger(__name__)

COUNT_MAX = 1_000_000
WRITE_PAUSE_SECONDS = 0.2

_CERTAIN = 1_000_000_000
_TARGET = re.compile(r"card_network|spei|three_ds|webhooks|api:[a-z_]{1,32}", re.ASCII)
_MODE = re.compile(
    r"timeout|late_approval|drop|duplicate|reorder|decline:[0-9A-Z]{2}|error:[0-9]{2,3}|delay:[0-9]{1,6}", re.ASCII
)


class BadFault(Refusal):
    """A fault must name a target and a mode that exist, a probability from 0 to 1, and counts that are not negative."""

    rule = "sandbox.fault"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is broken: `remaining` messages of `target` (all, when None) meet `mode`, each with
    `probability`, after `after` messages have passed unharmed."""

    fault_id: str
    target: str
    mode: str
    probability: float
    remaining: int | None
    after: int
    created_at: datetime


class FaultStore:
    """The faults, and the plan that simulators and APIs ask (`rails.contract.FaultPlan`)."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource, randomness: RandomBits | None = None) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._random = randomness or secrets.SystemRandom()
        self._by_target: dict[str, list[Fault]] = {}
        self._hits: Counter[str] = Counter()
        self._passes: Counter[str] = Counter()
        self._counted = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def next_fault(self, target: str) -> str | None:
        """The mode that this message of `target` meets, or `None`. To be asked once for every message."""
        if not self._by_target:
            return None
        for place, fault in enumerate(self._by_target.get(target, ())):
            if fault.remaining == 0:
                continue
            if fault.after:
                self._note(target, place, replace(fault, after=fault.after - 1), self._passes)
            elif fault.probability >= 1 or self._random.randrange(_CERTAIN) < fault.probability * _CERTAIN:
                if fault.remaining is not None:
                    self._note(target, place, replace(fault, remaining=fault.remaining - 1), self._hits)
                return fault.mode
        return None

    async def add(
        self, target: str, mode: str, *, probability: float = 1, count: int | None = None, after: int = 0
    ) -> Fault:
        """Breaks `target` from now on, in all processes. Raises `BadFault`."""
        _check(target, mode, probability, count, after)
        fault = Fault(self._ids.fresh("f"), target, mode, probability, count, after, self._clock.now())
        async with self._database.operator() as tx:
            await tx.execute(
                SQL["add_fault"],
                *(fault.fault_id, target, mode, probability, count, after, fault.created_at),
            )
            await tx.execute(SQL["notify"], FAULTS_CHANNEL, "")
        await self.load()
        return fault

    async def list(self) -> list[Fault]:
        """What is broken now, the oldest first; spent faults are gone."""
        await self.write_counts()
        await self.load()
        faults = [fault for faults in self._by_target.values() for fault in faults]
        return sorted(faults, key=lambda fault: (fault.created_at, fault.fault_id))

    async def clear(self) -> int:
        """Mends everything, and answers how many faults there were."""
        async with self._database.operator() as tx:
            cleared = await tx.fetch(SQL["clear_faults"])
            await tx.execute(SQL["notify"], FAULTS_CHANNEL, "")
        await self.load()
        return len(cleared)

    async def load(self) -> None:
        """Reads what is broken. At start, and whenever the faults' channel is heard."""
        async with self._one_at_a_time:
            async with self._database.operator() as tx:
                rows = await tx.fetch(SQL["read_faults"])
            by_target: dict[str, list[Fault]] = defaultdict(list)
            for row in rows:
                # What this process has counted and not written yet is not in the row.
                hits, passes = self._hits[row["fault_id"]], self._passes[row["fault_id"]]
                remaining = None if row["remaining"] is None else max(row["remaining"] - hits, 0)
                by_target[row["target"]].append(
                    Fault(
                        fault_id=row["fault_id"],
                        target=row["target"],
                        mode=row["mode"],
                        probability=row["probability"],
                        remaining=remaining,
                        after=max(row["skip"] - passes, 0),
                        created_at=row["created_at"],
                    )
                )
            self._by_target = dict(by_target)

    async def write_counts(self) -> None:
        """Writes down what this process has counted, and tells the others."""
        async with self._one_at_a_time:
            self._counted.clear()
            hits, passes = Counter(self._hits), Counter(self._passes)
            used = sorted(hits.keys() | passes.keys())
            if not used:
                return
            async with self._database.operator() as tx:
                await tx.execute(
                    SQL["count_faults"], used, [hits[each] for each in used], [passes[each] for each in used]
                )
                await tx.execute(SQL["remove_spent_faults"])
                await tx.execute(SQL["notify"], FAULTS_CHANNEL, "")
            self._hits -= hits
            self._passes -= passes

    async def run(self) -> None:
        """Writes the counts down behind the messages, until cancelled; survives a database that goes away."""
        while True:
            await self._counted.wait()
            try:
                await self.write_counts()
            except DATABASE_FAILURES as error:
                _log.warning("fault counts not written", error=str(error))
                self._counted.set()
            await asyncio.sleep(WRITE_PAUSE_SECONDS)

    def _note(self, target: str, place: int, fault: Fault, counts: Counter[str]) -> None:
        self._by_target[target][place] = fault
        counts[fault.fault_id] += 1
        self._counted.set()


def _check(target: str, mode: str, probability: float, count: int | None, after: int) -> None:
    if not _TARGET.fullmatch(target):
        raise BadFault(f"{target!r} is not card_network, spei, three_ds, webhooks or api:<name>", field="target")
    if not _MODE.fullmatch(mode):
        raise BadFault(
            f"{mode!r} is not timeout, late_approval, decline:<code>, error:<status>, delay:<ms>, drop, duplicate"
            " or reorder",
            field="mode",
        )
    if not 0 <= probability <= 1:
        raise BadFault(f"a probability of {probability} is not between 0 and 1", field="probability")
    if count is not None and not 1 <= count <= COUNT_MAX:
        raise BadFault(f"a count of {count} is not between 1 and {COUNT_MAX}", field="count")
    if not 0 <= after <= COUNT_MAX:
        raise BadFault(f"{after} messages is not between 0 and {COUNT_MAX}", field="after")
