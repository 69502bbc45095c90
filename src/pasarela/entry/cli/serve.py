"""`pasarela serve`: answers calls in production."""

from __future__ import annotations

import argparse
import logging
import os

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, add_metrics, command, count, port
from pasarela.entry.metrics_page import MetricsAddress
from pasarela.entry.production import SETTINGS, Serve, ServeOptions
from pasarela.entry.running import run_to_the_end


def add(commands: Commands) -> None:
    """Declares the command."""
    parser = command(
        commands,
        "serve",
        "answer calls in production: no demo data, no simulators, no control plane",
        _run,
        ["pasarela serve --workers 4", "pasarela serve --host 0.0.0.0 --port 80 --trusted-proxy 10.0.0.7"],
    )
    settings = "\n".join(f"  {name:<24} {meaning}" for name, meaning in SETTINGS.items())
    parser.epilog = f"{parser.epilog}\n\nsettings, from the environment:\n{settings}"
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=port, default=8080, metavar="N", help="the port (default: 8080)")
    parser.add_argument(
        "--workers", type=count, default=1, metavar="N", help="processes that answer calls (default: 1)"
    )
    parser.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a proxy whose X-Forwarded-For is believed; may be given several times",
    )
    add_metrics(parser)


def _run(arguments: argparse.Namespace) -> int:
    options = ServeOptions(
        arguments.host,
        arguments.port,
        arguments.workers,
        tuple(arguments.trusted_proxy),
        MetricsAddress(*arguments.metrics) if arguments.metrics else None,
    )
    run_to_the_end(Serve(options, dict(os.environ), output.line).run, level=logging.INFO)
    return DONE
