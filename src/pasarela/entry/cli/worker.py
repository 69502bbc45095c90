"""`pasarela worker`: due work, events and housekeeping in production."""

from __future__ import annotations

import argparse
import logging
import os

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, add_metrics, command
from pasarela.entry.metrics_page import MetricsAddress
from pasarela.entry.running import run_to_the_end
from pasarela.entry.worker import Work


def add(commands: Commands) -> None:
    """Declares the command."""
    parser = command(
        commands,
        "worker",
        "work off what is due, in production; any number of them may run",
        _run,
        ["pasarela worker", "pasarela worker --metrics 9101"],
    )
    add_metrics(parser)


def _run(arguments: argparse.Namespace) -> int:
    metrics = MetricsAddress(*arguments.metrics) if arguments.metrics else None
    run_to_the_end(Work(dict(os.environ), output.line, metrics).run, level=logging.INFO)
    return DONE
