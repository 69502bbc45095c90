"""`pasarela network`: a simulated card network on a TCP port, for processes that run elsewhere."""

from __future__ import annotations

import argparse
from contextlib import AsyncExitStack

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command, port
from pasarela.entry.listening import refusal
from pasarela.entry.running import run_to_the_end
from pasarela.entry.stopping import Stop
from pasarela.entry.wiring import SimulatedNetwork


def add(commands: Commands) -> None:
    """Declares the command."""
    parser = command(
        commands,
        "network",
        "start a simulated card network (ISO 8583 over TCP); Ctrl-C stops it",
        _run,
        ["pasarela network --port 8583"],
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=port, required=True, metavar="N", help="the port (0: a free one)")


def _run(arguments: argparse.Namespace) -> int:
    async def serve(stop: Stop) -> None:
        async with AsyncExitStack() as stack:
            network = SimulatedNetwork()
            stack.push_async_callback(network.stop)
            try:
                taken = await network.serve(arguments.host, arguments.port)
            except OSError as error:
                raise refusal(arguments.host, arguments.port, error) from error
            output.line(f"Simulated card network on {arguments.host}:{taken}")
            output.line("Ready")
            await stop.wait()

    run_to_the_end(serve)
    return DONE
