"""Openpay's Node.js client in a process of its own, one call at a time; `openpay_client.js` drives it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fixtures_server import ANSWER_SECONDS_MAX, MERCHANT, PRIVATE_KEY

DRIVER = Path(__file__).with_name("openpay_client.js")
INSTALLED = Path(sys.prefix) / "npm"

Test = Callable[..., Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the client's callback was given, and the answer's status."""

    error: Any
    body: Any
    status: int | None


@dataclass(slots=True)
class NodeClient:
    """`called` holds the calls that were answered without an error, by name."""

    process: asyncio.subprocess.Process
    called: set[str] = field(default_factory=set)

    async def call(self, name: str, *args: object) -> Heard:
        """`customers.cards.create` with the arguments before the callback."""
        heard = Heard(**await self._asked({"call": name, "args": args}))
        if heard.error is None:
            self.called.add(name)
        return heard

    async def done(self, name: str, *args: object) -> Any:
        """The body of a call that must succeed."""
        heard = await self.call(name, *args)
        assert heard.error is None, f"{name}: {heard.error}"
        return heard.body

    async def calls(self) -> list[str]:
        """Every call that the client has."""
        names: list[str] = (await self._asked({"calls": True}))["calls"]
        return names

    async def _asked(self, line: dict[str, object]) -> dict[str, Any]:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(line).encode() + b"\n")
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            await stdin.drain()
            answered: dict[str, Any] = json.loads(await stdout.readline())
        return answered


@asynccontextmanager
async def node_client(base_url: str) -> AsyncIterator[NodeClient]:
    """The client, calling the sandbox at `base_url` as the demo merchant."""
    node = shutil.which("node")
    assert node is not None, "`make test` installs Node.js, or says how to"
    assert (INSTALLED / "node_modules" / "openpay").is_dir(), "`make .venv/.npm` installs the client"
    environment = {
        **os.environ,
        "PASARELA_NPM": str(INSTALLED),
        "PASARELA_URL": f"{base_url}/openpay",
        "PASARELA_MERCHANT": MERCHANT,
        "PASARELA_KEY": PRIVATE_KEY,
        # `request`, which the client uses, is old: newer versions of Node.js warn of it.
        "NODE_NO_WARNINGS": "1",
    }
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(node, str(DRIVER), stdin=pipe, stdout=pipe, env=environment)
    try:
        yield NodeClient(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
