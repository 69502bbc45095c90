"""`pasarela stores`: places where people pay cash. Works on the database itself, in production as in the sandbox."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from pasarela.core.places.csv_file import REQUIRED, read_stores
from pasarela.core.places.import_stores import Imported
from pasarela.core.places.model import Store
from pasarela.entry.administration import administration
from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, CommandFailed, Commands, command, group
from pasarela.entry.cli.control_client import add_json
from pasarela.entry.cli.database_choice import add_database, database_url


def add(commands: Commands) -> None:
    """Declares the commands."""
    stores = group(commands, "stores", "the stores that take cash", ["pasarela stores import stores.csv"])
    importing = command(
        stores,
        "import",
        "add stores from a CSV file, and change those that it names again; all of it or nothing",
        _import,
        ["pasarela stores import stores.csv", "pasarela stores import all.csv --replace --json"],
    )
    importing.add_argument("file", type=Path, help=f"UTF-8, with the columns {', '.join(REQUIRED)}")
    importing.add_argument("--replace", action="store_true", help="remove the stores that the file lacks")
    add_database(importing)
    add_json(importing)


def _import(arguments: argparse.Namespace) -> int:
    stores = _read(arguments.file)
    if arguments.replace and not stores:
        raise CommandFailed(f"{arguments.file} names no store: --replace would remove all of them")

    async def write() -> Imported:
        async with administration(database_url(arguments)) as admin:
            return await admin.import_stores(stores, replace=arguments.replace)

    done = asyncio.run(write())
    if arguments.as_json:
        output.as_json({"written": done.written, "removed": done.removed})
    else:
        output.line(f"{done.written} stores written, {done.removed} removed")
    return DONE


def _read(file: Path) -> list[Store]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return read_stores(lines)
    except OSError as error:
        raise CommandFailed(f"{file} can't be read: {error.strerror}") from error
