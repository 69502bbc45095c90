"""One of several processes that answer calls: started by `children`, with its socket and a pipe to its parent."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from pasarela.entry.children import SERVING, ChildPlan, child_plan
from pasarela.entry.http_server import HttpServer
from pasarela.entry.metrics_page import served
from pasarela.entry.platform import PlatformPlan
from pasarela.entry.process import Process
from pasarela.entry.running import run_to_the_end, started
from pasarela.entry.sandbox_database import SandboxDatabase
from pasarela.entry.stopping import Stop
from pasarela.entry.wiring import filled, network_at, platform_of
from pasarela.infra.keyring import Keyring


async def serve(
    plan: ChildPlan, listener: socket.socket, pipe: socket.socket, metrics: socket.socket | None, stop: Stop
) -> None:
    """Answers calls until asked to stop, or until the parent is gone."""
    pipe.setblocking(False)
    async with AsyncExitStack() as stack:
        parent = asyncio.create_task(_until_parent_ends(pipe, stop), name="parent")
        stack.callback(parent.cancel)
        process = _process(plan)
        stack.push_async_callback(process.stop)
        await stop.unless_asked(process.start())
        server = HttpServer(process, listener, plan.trusted_proxies)
        stack.push_async_callback(server.stop)
        await server.start()
        if metrics is not None:
            await served(stack, metrics, lambda: process.platform)
        started()
        await asyncio.get_running_loop().sock_sendall(pipe, SERVING)
        await stop.wait()


def _process(plan: ChildPlan) -> Process:
    keyring = Keyring.from_file(Path(plan.keyring_file)) if plan.keyring_file else Keyring.from_environment(os.environ)
    platform = PlatformPlan(
        plan.database_url,
        keyring,
        plan.base_url,
        network_at(plan.network_host, plan.network_port, plan.acquirer, outcome_wishes=plan.sandbox),
        sandbox=plan.sandbox,
        answers=True,
        works=False,
        control_open=plan.control_open,
        control_hosts=plan.control_hosts,
        secrets_folder=Path(plan.secrets_folder) if plan.secrets_folder else None,
    )
    database = SandboxDatabase(plan.database_url)
    return Process(
        plan.database_url,
        lambda process: platform_of(platform, process.reset),
        refill=(lambda: database.refill(lambda: filled(platform))) if plan.sandbox else None,
    )


async def _until_parent_ends(pipe: socket.socket, stop: Stop) -> None:
    try:
        while await asyncio.get_running_loop().sock_recv(pipe, 1):
            pass
    except OSError:
        pass
    stop.ask()


def main() -> None:
    listener, pipe, *metrics = (socket.socket(fileno=int(text)) for text in sys.argv[1:])
    plan = child_plan(os.environ)
    run_to_the_end(lambda stop: serve(plan, listener, pipe, metrics[0] if metrics else None, stop))


if __name__ == "__main__":
    main()
