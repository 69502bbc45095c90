"""`pasarela outcomes`: how to choose the answer of the sandbox's card network. Needs no running sandbox."""

from __future__ import annotations

import argparse

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command
from pasarela.entry.cli.control_client import add_json
from pasarela.entry.wiring import outcome_table

_CARD_COLUMNS = {
    "number": "CARD",
    "code": "CODE",
    "meaning": "MEANING",
    "three_d_secure": "3-D SECURE",
    "points": "POINTS",
    "source": "SOURCE",
}


def add(commands: Commands) -> None:
    """Declares the command."""
    parser = command(
        commands,
        "outcomes",
        "show the test cards, amounts, names and headers that choose an outcome",
        _show,
        ["pasarela outcomes", "pasarela outcomes --json"],
    )
    add_json(parser)


def _show(arguments: argparse.Namespace) -> int:
    table = outcome_table()
    if arguments.as_json:
        output.as_json(table)
        return DONE
    output.table(table["rules"], {"by": "BY", "value": "VALUE", "result": "RESULT"}, "No rules.")
    output.line()
    output.table(table["cards"], _CARD_COLUMNS, "No cards.")
    return DONE
