"""Child processes that answer calls on one shared socket, kept alive by their parent and never outliving it.

Each child holds one end of a pipe whose other end is the parent's alone: it says there that it serves, and when the
pipe ends, however the parent went, it ends too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from asyncio.subprocess import Process as Subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import structlog

from pasarela.entry.failures import CannotStart

START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 15
AGAIN_SECONDS = 1.0
SERVING = b"serving\n"
PLAN_VARIABLE = "PASARELA_CHILD"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """What a child must know, passed in its environment. Keys are not among it: a child reads them where we did."""

    database_url: str
    base_url: str
    sandbox: bool
    control_open: bool
    keyring_file: str | None
    network_host: str
    network_port: int
    secrets_folder: str | None
    acquirer: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    control_hosts: tuple[str, ...] = ()

    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> ChildPlan:
        fields = json.loads(text)
        lists = {name: tuple(fields[name]) for name in ("trusted_proxies", "control_hosts")}
        return cls(**{**fields, **lists})


class Children:
    """`count` children on `listener`, which is bound and not used by this process; nor are `metrics`, one socket for
    each child's metrics, or none."""

    def __init__(
        self, plan: ChildPlan, listener: socket.socket, count: int, metrics: Sequence[socket.socket] = ()
    ) -> None:
        self._plan = plan
        self._listener = listener
        self._count = count
        self._metrics = metrics
        self._keepers: list[asyncio.Task[None]] = []
        self._stopping = False

    async def start(self) -> None:
        """Returns when all of them serve. Raises `CannotStart`."""
        self._listener.listen(2048)
        starts: list[asyncio.Future[None]] = []
        for number in range(self._count):
            serving: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            starts.append(serving)
            self._keepers.append(asyncio.create_task(self._keep(number, serving), name=f"child {number}"))
        try:
            async with asyncio.timeout(START_SECONDS_MAX):
                await asyncio.gather(*starts)
        except TimeoutError:
            raise CannotStart("the processes that answer calls do not start in time") from None

    async def stop(self) -> None:
        """Asks all to end and waits until they have; kills those that don't."""
        self._stopping = True
        for keeper in self._keepers:
            keeper.cancel()
        if self._keepers:
            await asyncio.wait(self._keepers)

    async def _keep(self, number: int, serving: asyncio.Future[None]) -> None:
        """Runs one child, and another one when it has died."""
        while True:
            ours, theirs = socket.socketpair()
            with contextlib.closing(ours):
                with contextlib.closing(theirs):
                    child = await self._spawn(number, theirs)
                await self._watch(child, ours, serving)
            if not serving.done():
                serving.set_exception(CannotStart("a process that was to answer calls has ended at once"))
                return
            _log.warning("a process that answered calls has died, starting another", code=child.returncode)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _spawn(self, number: int, pipe: socket.socket) -> Subprocess:
        sockets = (self._listener, pipe, *self._metrics[number : number + 1])
        descriptors = tuple(each.fileno() for each in sockets)
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "pasarela.entry.child",
            *map(str, descriptors),
            env=os.environ | {PLAN_VARIABLE: self._plan.text()},
            pass_fds=descriptors,
            stdin=asyncio.subprocess.DEVNULL,
            # Ctrl-C goes to the parent alone, which ends its children in order.
            start_new_session=True,
        )

    async def _watch(self, child: Subprocess, pipe: socket.socket, serving: asyncio.Future[None]) -> None:
        try:
            told = asyncio.create_task(_told(pipe, serving))
            try:
                await child.wait()
            finally:
                told.cancel()
        finally:
            if child.returncode is None:
                await asyncio.shield(_ended(child))


async def _told(pipe: socket.socket, serving: asyncio.Future[None]) -> None:
    pipe.setblocking(False)
    if await asyncio.get_running_loop().sock_recv(pipe, len(SERVING)) == SERVING and not serving.done():
        serving.set_result(None)


async def _ended(child: Subprocess) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
        try:
            await asyncio.wait_for(child.wait(), STOP_SECONDS_MAX)
        except TimeoutError:
            child.kill()
            await child.wait()


def child_plan(environment: Mapping[str, str]) -> ChildPlan:
    """What our parent told us."""
    return ChildPlan.parse(environment[PLAN_VARIABLE])
