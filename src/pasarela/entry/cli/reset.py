"""`pasarela reset`: brings a running sandbox back to its demo data."""

from __future__ import annotations

import argparse

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command
from pasarela.entry.cli.control_client import ControlClient, add_json, add_url


def add(commands: Commands) -> None:
    """Declares the command."""
    parser = command(
        commands,
        "reset",
        "bring a running sandbox back to its demo data; everything else in it is gone",
        _reset,
        ["pasarela reset"],
    )
    add_url(parser)
    add_json(parser)


def _reset(arguments: argparse.Namespace) -> int:
    answer = ControlClient(arguments.url).post("/reset", {})
    if arguments.as_json:
        output.as_json(answer)
    else:
        output.line("The sandbox holds its demo data and nothing else.")
    return DONE
