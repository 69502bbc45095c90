"""`pasarela rates`: what currencies are worth. Works on the database itself, in production as in the sandbox."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from pasarela.core.rates.csv_file import REQUIRED, read_rates
from pasarela.core.rates.model import ExchangeRate
from pasarela.entry.administration import administration
from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, CommandFailed, Commands, command, count, group
from pasarela.entry.cli.control_client import add_json
from pasarela.entry.cli.database_choice import add_database, database_url

_COLUMNS = {"date": "DATE", "from": "FROM", "to": "TO", "value": "VALUE"}


def add(commands: Commands) -> None:
    """Declares the commands."""
    rates = group(commands, "rates", "what currencies are worth in each other", ["pasarela rates import fix.csv"])
    importing = command(
        rates,
        "import",
        "add exchange rates from a CSV file, and change those of days that it names again; all of it or nothing",
        _import,
        ["pasarela rates import fix.csv", "pasarela rates import fix.csv --json"],
    )
    importing.add_argument("file", type=Path, help=f"UTF-8, with the columns {', '.join(REQUIRED)}")
    listing = command(
        rates, "list", "show exchange rates, newest first", _list, ["pasarela rates list", "pasarela rates list --json"]
    )
    listing.add_argument("--limit", type=count, default=20, help="how many at most (20)")
    for parser in (importing, listing):
        add_database(parser)
        add_json(parser)


def _import(arguments: argparse.Namespace) -> int:
    rates = _read(arguments.file)

    async def write() -> int:
        async with administration(database_url(arguments)) as admin:
            return await admin.import_rates(rates)

    written = asyncio.run(write())
    if arguments.as_json:
        output.as_json({"written": written})
    else:
        output.line(f"{written} rates written")
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    async def read() -> list[ExchangeRate]:
        async with administration(database_url(arguments)) as admin:
            return await admin.rates.newest(arguments.limit)

    rows = [_shown(rate) for rate in asyncio.run(read())]
    if arguments.as_json:
        output.as_json(rows)
    else:
        output.table(rows, _COLUMNS, "No rates.")
    return DONE


def _shown(rate: ExchangeRate) -> dict[str, str]:
    return {
        "date": rate.day.isoformat(),
        "from": rate.source.code,
        "to": rate.target.code,
        "value": f"{rate.value:f}",
    }


def _read(file: Path) -> list[ExchangeRate]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return read_rates(lines)
    except OSError as error:
        raise CommandFailed(f"{file} can't be read: {error.strerror}") from error
