"""How a command of the command line is declared: its words, its help with examples, and what runs.

A runner takes the parsed arguments and returns the exit code; an expected failure is raised, not returned.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

Run = Callable[[argparse.Namespace], int]

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names it no other way
else:
    Commands = Any

DONE = 0


class CommandFailed(Exception):
    """The command understood what was asked and could not do it; the message is one line."""


def group(commands: Commands, name: str, summary: str, examples: Sequence[str]) -> Commands:
    """A command that has commands of its own: `pasarela clock show`."""
    parser = _parser(commands, name, summary, examples)
    parser.set_defaults(run=_helps(parser))
    return parser.add_subparsers(title="commands", metavar="COMMAND")


def command(commands: Commands, name: str, summary: str, run: Run, examples: Sequence[str]) -> argparse.ArgumentParser:
    """A command that does something; the caller adds its arguments to what is returned."""
    parser = _parser(commands, name, summary, examples)
    parser.set_defaults(run=run)
    return parser


def _parser(commands: Commands, name: str, summary: str, examples: Sequence[str]) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog="\n".join(["examples:", *(f"  {each}" for each in examples)]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _helps(parser: argparse.ArgumentParser) -> Run:
    def run(_arguments: argparse.Namespace) -> int:
        parser.error("say which command; --help lists them")

    return run


def count(text: str) -> int:
    """A whole number from 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def add_metrics(parser: argparse.ArgumentParser) -> None:
    """Adds `--metrics`, off by default: whoever reaches that address reads them."""
    parser.add_argument(
        "--metrics",
        type=address,
        metavar="[HOST:]PORT",
        help="show Prometheus metrics there, the first process at PORT and each further one at the next (default: no)",
    )


def address(text: str) -> tuple[str, int]:
    """A TCP port, on this machine alone, or `host:port`."""
    host, colon, number = text.rpartition(":")
    return (host.strip("[]") if colon else "127.0.0.1"), port(number)


def port(text: str) -> int:
    """A TCP port; 0 lets the system choose one."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)
