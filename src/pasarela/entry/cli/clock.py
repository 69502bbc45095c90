"""`pasarela clock`: reads and moves the sandbox's clock."""

from __future__ import annotations

import argparse

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command, group
from pasarela.entry.cli.control_client import ControlClient, add_json, add_url


def add(commands: Commands) -> None:
    """Declares the commands."""
    clock = group(commands, "clock", "read or move the sandbox's clock", ["pasarela clock advance P31D"])
    show = command(clock, "show", "show platform time", _show, ["pasarela clock show", "pasarela clock show --json"])
    advance = command(
        clock,
        "advance",
        "move the clock forward and run what becomes due, in order",
        _advance,
        [
            "pasarela clock advance P31D",
            "pasarela clock advance PT1H30M",
            "pasarela clock advance --to 2027-01-01T00:00:00Z",
        ],
    )
    advance.add_argument("duration", nargs="?", help="an ISO 8601 duration: P31D, P1M, PT90S")
    advance.add_argument("--to", help="the instant to move to, ISO 8601, instead of a duration")
    for parser in (show, advance):
        parser.add_argument("--tenant", help="the clock of one tenant only, by its account")
        add_url(parser)
        add_json(parser)


def _show(arguments: argparse.Namespace) -> int:
    answer = ControlClient(arguments.url).get("/clock", {"tenant": arguments.tenant})
    if arguments.as_json:
        output.as_json(answer)
    else:
        output.line(f"{answer['now']}  ({_ahead(answer['offset_seconds'])})")
    return DONE


def _advance(arguments: argparse.Namespace) -> int:
    answer = ControlClient(arguments.url).post(
        "/clock", {"advance": arguments.duration, "to": arguments.to, "tenant": arguments.tenant}
    )
    if arguments.as_json:
        output.as_json(answer)
        return DONE
    output.line(f"It is {answer['now']} ({_ahead(answer['offset_seconds'])}).")
    output.table(
        answer["ran"],
        {"due_at": "DUE", "kind": "WORK", "subject": "ABOUT", "tenant": "TENANT", "outcome": "OUTCOME"},
        "Nothing was due.",
    )
    return DONE


def _ahead(seconds: float) -> str:
    return "real time" if not seconds else f"{seconds:,.0f} s ahead of real time"
