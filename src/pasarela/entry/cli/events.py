"""`pasarela events`: what happened in a running sandbox, as its outbox tells it."""

from __future__ import annotations

import argparse

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command, count
from pasarela.entry.cli.control_client import ControlClient, add_json, add_url

_COLUMNS = {"occurred_at": "WHEN", "type": "EVENT", "subject": "ABOUT", "tenant": "TENANT", "id": "ID"}


def add(commands: Commands) -> None:
    """Declares the command."""
    parser = command(
        commands,
        "events",
        "list what happened, newest first",
        _list,
        ["pasarela events --limit 5", "pasarela events --type payment.completed --json"],
    )
    parser.add_argument("--tenant", help="of one tenant, by its account")
    parser.add_argument("--type", help="of one type")
    parser.add_argument("--subject", help="about one object: a transaction, a card")
    parser.add_argument("--limit", type=count, help="how many at most (default: 20)")
    parser.add_argument("--before", help="before this instant, ISO 8601")
    add_url(parser)
    add_json(parser)


def _list(arguments: argparse.Namespace) -> int:
    answer = ControlClient(arguments.url).get(
        "/events", {name: getattr(arguments, name) for name in ("tenant", "type", "subject", "limit", "before")}
    )
    if arguments.as_json:
        output.as_json(answer)
    else:
        output.table(answer["events"], _COLUMNS, "Nothing happened yet.")
    return DONE
