"""Two card networks in a test's hands, spoken to alike: the scripted one, and the sandbox's own behind the real rail.

Their scripts know what both can do; which messages reached them, and what cards have really paid, they tell alike.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from pasarela.kernel.clock import SystemClock
from pasarela.kernel.ids import seeded
from pasarela.rails.card_network.rail import CardNetworkRail
from pasarela.rails.card_network.settings import CardNetworkSettings
from pasarela.rails.contract import Answer, Approved, CardRail, Declined, Trace
from pasarela.rails.simulators.book import Entry, Kind
from pasarela.rails.simulators.card_network import CardNetworkSimulator
from tests.fakes.card_rail import Fate, Script, ScriptedRail

SHORT_WAIT_S = 0.4
"""How long the real rail waits for an answer here; whatever is answered at all is answered at once."""

LATE_S = 0.6


class Network(Protocol):
    """A network and the rail to it."""

    @property
    def rail(self) -> CardRail: ...

    def will(self, *fates: Script | None) -> None:
        """The fates of the next messages; `None` is an approval."""
        ...

    @property
    def charged(self) -> int:
        """What cards have paid, less what they were given back."""
        ...

    @property
    def held(self) -> int:
        """What is held on cards and neither cleared nor given back."""
        ...

    async def deliver_late(self) -> None:
        """Returns when an answer that came too late has been heard."""
        ...


class Scripted:
    """The fake."""

    def __init__(self) -> None:
        self.rail = ScriptedRail()

    def will(self, *fates: Script | None) -> None:
        assert None not in fates, "an approval needs no line in a script"
        self.rail.will(*(fate for fate in fates if fate is not None))

    @property
    def charged(self) -> int:
        return self.rail.charged

    @property
    def held(self) -> int:
        return self.rail.held

    async def deliver_late(self) -> None:
        await self.rail.deliver_late()


class Simulated:
    """The sandbox's network, in this process, with faults for a script."""

    def __init__(self) -> None:
        self._modes: deque[str | None] = deque()
        self.network = CardNetworkSimulator(seeded("payments"), self, late_s=LATE_S)
        settings = CardNetworkSettings(timeout_s=SHORT_WAIT_S, reversal_attempts=1)
        self.rail = CardNetworkRail(self.network.dial, SystemClock(), settings)
        self._heard = asyncio.Event()
        self.rail.on_late_answer(self._hear)

    def will(self, *fates: Script | None) -> None:
        self._modes.extend(map(_mode, fates))

    def next_fault(self, target: str) -> str | None:
        """The simulator asks, once for every message."""
        return self._modes.popleft() if self._modes else None

    @property
    def charged(self) -> int:
        signs = {Kind.SALE: 1, Kind.COMPLETION: 1, Kind.REFUND: -1}
        return self._sum(lambda entry: signs.get(entry.kind, 0) * _standing(entry))

    @property
    def held(self) -> int:
        return self._sum(
            lambda entry: _standing(entry) if entry.kind is Kind.AUTHORISATION and not entry.cleared else 0
        )

    async def deliver_late(self) -> None:
        async with asyncio.timeout(30):
            await self._heard.wait()

    async def _hear(self, trace: Trace, answer: Answer) -> None:
        self._heard.set()

    def _sum(self, part: Callable[[Entry], int]) -> int:
        return sum(map(part, self.network.snapshot()))


def _standing(entry: Entry) -> int:
    return entry.approved if entry.remaining is None else min(entry.approved, entry.remaining)


def _mode(fate: Script | None) -> str | None:
    match fate:
        case None | Approved():
            return None  # the simulator approves in part by the amount alone: 9010.xx
        case Declined(code=code):
            return f"decline:{code}"
        case Fate.LOSE_ANSWER:
            return "late_approval"
        case Fate.HANG:
            return "timeout"
        case _:
            raise AssertionError(f"this network can't {fate}")


@asynccontextmanager
async def network_called(name: str) -> AsyncIterator[Network]:
    """`scripted` or `simulated`; signed on, and taken down at the end."""
    network: Scripted | Simulated = Scripted() if name == "scripted" else Simulated()
    await network.rail.start()
    try:
        yield network
    finally:
        await network.rail.stop()
        if isinstance(network, Simulated):
            await network.network.stop()
