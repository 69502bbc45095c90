"""`pasarela worker`: due work, events and housekeeping in production."""

from __future__ import annotations

import argparse
import logging
import os

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command
from pasarela.entry.running import run_to_the_end
from pasarela.entry.worker import Work


def add(commands: Commands) -> None:
    """Declares the command."""
    command(
        commands,
        "worker",
        "work off what is due, in production; any number of them may run",
        _run,
        ["pasarela worker"],
    )


def _run(_arguments: argparse.Namespace) -> int:
    run_to_the_end(Work(dict(os.environ), output.line).run, level=logging.INFO)
    return DONE
