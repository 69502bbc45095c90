"""Which database a command works on: the one named, the one of the environment, or a running sandbox's own."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from pasarela.entry.cli.commands import CommandFailed
from pasarela.infra.embedded_postgres import find_running

DATABASE_VARIABLE = "PASARELA_DATABASE_URL"
DEFAULT_DATA = Path(".pasarela")


def add_database(parser: argparse.ArgumentParser) -> None:
    """Adds `--database-url` and `--data`."""
    parser.add_argument(
        "--database-url",
        default=os.environ.get(DATABASE_VARIABLE),
        metavar="URL",
        help=f"the PostgreSQL to work on (default: ${DATABASE_VARIABLE}, else the running sandbox's own)",
    )
    add_data(parser)


def add_data(parser: argparse.ArgumentParser) -> None:
    """Adds `--data`."""
    parser.add_argument(
        "--data",
        type=Path,
        default=DEFAULT_DATA,
        metavar="DIR",
        help=f"the sandbox's data folder (default: {DEFAULT_DATA})",
    )


def database_url(arguments: argparse.Namespace) -> str:
    """The database's URL. Raises `CommandFailed` when none is named and no sandbox runs."""
    url = arguments.database_url or find_running(arguments.data)
    if url is None:
        raise CommandFailed(
            f"no sandbox runs on {arguments.data}: start one, name its folder with --data, or say --database-url"
        )
    return str(url)
