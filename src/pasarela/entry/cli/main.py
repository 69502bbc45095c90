"""Parses the command line, runs the command, and turns expected failures into one line and exit code 2."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from pasarela.entry.cli import (
    clock,
    db,
    events,
    faults,
    keys,
    ledger,
    network,
    outcomes,
    output,
    programs,
    rates,
    requests,
    reset,
    risk,
    sandbox,
    serve,
    stock,
    stores,
    tenants,
    worker,
)
from pasarela.entry.cli.commands import CommandFailed
from pasarela.entry.failures import EXIT_CANNOT, CannotStart
from pasarela.infra.database import DatabaseUnreachable
from pasarela.infra.embedded_postgres import DataFolderInUse, EmbeddedPostgresUnavailable
from pasarela.infra.ephemeral import NotMemoryBacked
from pasarela.infra.keyring import KeyringUnusable
from pasarela.infra.migrate import MigrationNotAllowed, SchemaTooNew
from pasarela.kernel.errors import Refusal

EXIT_INTERRUPTED = 130

_EXPECTED = (
    CannotStart,
    CommandFailed,
    DataFolderInUse,
    DatabaseUnreachable,
    EmbeddedPostgresUnavailable,
    KeyringUnusable,
    MigrationNotAllowed,
    NotMemoryBacked,
    Refusal,
    SchemaTooNew,
)

_EXAMPLES = """examples:
  pasarela sandbox                        start the sandbox on http://127.0.0.1:8080
  pasarela sandbox --fresh --port 9000    the same on another port, from an empty database
  pasarela clock advance P31D             let a month pass in it
  pasarela requests list --status 4xx     what went wrong lately
  pasarela COMMAND --help                 examples of every command"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; answers its exit code."""
    parser = _parser()
    parsed = parser.parse_args(arguments)
    if parsed.run is None:
        parser.print_help(sys.stderr)
        return EXIT_CANNOT
    try:
        code: int = parsed.run(parsed)
    except _EXPECTED as error:
        output.failure(str(error))
        return EXIT_CANNOT
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pasarela",
        description="A payments backend that speaks the APIs of Openpay, BBVA, Paymentez, NeCIPCo and KeyCop.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"pasarela {version('pasarela')}")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for module in (
        sandbox, serve, worker, network, db, tenants, keys, stores, rates, programs, stock, ledger, clock, requests,
        events, faults, outcomes, risk, reset,
    ):  # fmt: skip  # in the order in which the help lists them
        module.add(commands)
    return parser
