"""`pasarela ledger`: re-derives every balance from the transfers."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from pasarela.core.ledger.verify import Verify
from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command, group
from pasarela.entry.cli.control_client import ControlClient, add_json, add_url
from pasarela.infra.database import Database

EXIT_UNBALANCED = 1


def add(commands: Commands) -> None:
    """Declares the commands."""
    ledger = group(commands, "ledger", "check the books", ["pasarela ledger verify"])
    verify = command(
        ledger,
        "verify",
        "re-derive every balance from the transfers; exit code 1 when something does not agree",
        _verify,
        ["pasarela ledger verify", "pasarela ledger verify --database-url postgresql://db.internal/pasarela --json"],
    )
    verify.add_argument("--database-url", help="verify this database directly instead of asking a running sandbox")
    add_url(verify)
    add_json(verify)


def _verify(arguments: argparse.Namespace) -> int:
    if arguments.database_url:
        found = asyncio.run(_derived(arguments.database_url))
    else:
        found = ControlClient(arguments.url).get("/ledger/verify")
    if arguments.as_json:
        output.as_json(found)
    elif found["balanced"]:
        output.line(f"Balanced: {found['accounts']:,} accounts, {found['transfers']:,} transfers.")
    else:
        for problem in found["problems"]:
            output.line(problem)
    return DONE if found["balanced"] else EXIT_UNBALANCED


async def _derived(url: str) -> dict[str, Any]:
    database = Database(url)
    await database.open()
    try:
        found = await Verify(database)()
    finally:
        await database.close()
    return {
        "balanced": found.balanced,
        "accounts": found.accounts,
        "transfers": found.transfers,
        "problems": list(found.problems),
    }
