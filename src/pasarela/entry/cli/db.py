"""`pasarela db`: brings a database's schema up to date, or says where it stands."""

from __future__ import annotations

import argparse
import asyncio

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command, group
from pasarela.entry.cli.control_client import add_json
from pasarela.entry.cli.database_choice import add_database, database_url
from pasarela.infra import migrate

EXIT_PENDING = 1


def add(commands: Commands) -> None:
    """Declares the commands."""
    db = group(commands, "db", "migrate a database, or show where it stands", ["pasarela db migrate"])
    migrating = command(
        db,
        "migrate",
        "bring the schema to the revision that this release needs",
        _migrate,
        ["pasarela db migrate --database-url postgresql://owner@db.internal/pasarela"],
    )
    status = command(
        db,
        "status",
        "show the schema's revision and what is pending; exit code 1 when something is",
        _status,
        ["pasarela db status", "pasarela db status --json"],
    )
    for parser in (migrating, status):
        add_database(parser)
        add_json(parser)


def _migrate(arguments: argparse.Namespace) -> int:
    silent = arguments.as_json
    applied = asyncio.run(migrate.upgrade(database_url(arguments), (lambda _line: None) if silent else output.line))
    if arguments.as_json:
        output.as_json({"applied": applied})
    elif not applied:
        output.line("The schema is up to date.")
    return DONE


def _status(arguments: argparse.Namespace) -> int:
    url = database_url(arguments)
    revision, pending = asyncio.run(_stand(url))
    if arguments.as_json:
        output.as_json({"revision": revision, "pending": pending})
    else:
        output.line(f"The schema stands at {revision or 'nothing'}; pending: {', '.join(pending) or 'nothing'}.")
    return EXIT_PENDING if pending else DONE


async def _stand(url: str) -> tuple[str | None, list[str]]:
    return await migrate.current(url), await migrate.pending(url)
