"""`pasarela sandbox`: the whole platform with demo data and a simulated card network, in one command."""

from __future__ import annotations

import argparse
import os

from pasarela.entry.base_url import VARIABLE as BASE_URL_VARIABLE
from pasarela.entry.base_url import checked_base_url
from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command, count, port
from pasarela.entry.cli.database_choice import add_data
from pasarela.entry.running import run_to_the_end
from pasarela.entry.sandbox import Sandbox, SandboxOptions


def add(commands: Commands) -> None:
    """Declares the command."""
    parser = command(
        commands,
        "sandbox",
        "start a sandbox with demo accounts and simulated networks; Ctrl-C stops all of it",
        _run,
        [
            "pasarela sandbox",
            "pasarela sandbox --port 9000 --data /tmp/shop --fresh",
            "pasarela sandbox --host 0.0.0.0 --base-url https://payments.example.test",
            "pasarela sandbox --database-url postgresql://me@localhost/sandbox --workers 4",
        ],
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=port, default=8080, metavar="N", help="the port (default: 8080; 0: a free one)")
    add_data(parser)
    parser.add_argument("--database-url", metavar="URL", help="use this PostgreSQL instead of one of the sandbox's own")
    parser.add_argument(
        "--workers", type=count, default=1, metavar="N", help="processes that answer calls (default: 1)"
    )
    parser.add_argument("--fresh", action="store_true", help="start from an empty database: what it holds is lost")
    parser.add_argument(
        "--control-open",
        action="store_true",
        help="let other machines use the control plane too, which has no password",
    )
    parser.add_argument(
        "--control-host",
        action="append",
        default=[],
        metavar="NAME",
        help="with --control-open: a name with dots under which they may call it; may be given several times",
    )
    parser.add_argument(
        "--base-url",
        default=os.environ.get(BASE_URL_VARIABLE) or None,
        metavar="URL",
        help="the address that answers carry (bar codes, receipts, pages), where it is not the one listened on:"
        f" behind a proxy, in a container (default: ${BASE_URL_VARIABLE}, else http://HOST:PORT)",
    )


def _run(arguments: argparse.Namespace) -> int:
    options = SandboxOptions(
        host=arguments.host,
        port=arguments.port,
        data=arguments.data,
        database_url=arguments.database_url,
        workers=arguments.workers,
        fresh=arguments.fresh,
        control_open=arguments.control_open,
        control_hosts=tuple(arguments.control_host),
        base_url=checked_base_url(arguments.base_url, "--base-url") if arguments.base_url else None,
    )
    run_to_the_end(Sandbox(options, output.line).run)
    return DONE
