"""`pasarela faults`: breaks the sandbox's card network or APIs on purpose, and mends them."""

from __future__ import annotations

import argparse

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command, count, group
from pasarela.entry.cli.control_client import ControlClient, add_json, add_url

_COLUMNS = {
    "id": "FAULT",
    "target": "TARGET",
    "mode": "MODE",
    "probability": "PROBABILITY",
    "remaining": "LEFT",
    "after": "AFTER",
}


def add(commands: Commands) -> None:
    """Declares the commands."""
    faults = group(
        commands, "faults", "break things on purpose", ["pasarela faults add card_network timeout --count 1"]
    )
    adding = command(
        faults,
        "add",
        "break a target from now on",
        _add,
        [
            "pasarela faults add card_network timeout --count 1",
            "pasarela faults add card_network decline:51 --probability 0.2",
            "pasarela faults add api:openpay error:503 --count 3 --after 10",
        ],
    )
    adding.add_argument("target", help="card_network, spei, three_ds, webhooks or api:<name>")
    adding.add_argument(
        "mode", help="timeout, late_approval, decline:<code>, error:<status>, delay:<ms>, drop, duplicate or reorder"
    )
    adding.add_argument("--probability", type=float, help="of each message being hit (default: 1)")
    adding.add_argument("--count", type=count, help="how many messages are hit (default: no end)")
    adding.add_argument("--after", type=int, help="how many messages pass unharmed first (default: 0)")
    listing = command(faults, "list", "list what is broken", _list, ["pasarela faults list --json"])
    clearing = command(faults, "clear", "mend everything", _clear, ["pasarela faults clear"])
    for parser in (adding, listing, clearing):
        add_url(parser)
        add_json(parser)


def _add(arguments: argparse.Namespace) -> int:
    fault = ControlClient(arguments.url).post(
        "/faults",
        {
            "target": arguments.target,
            "mode": arguments.mode,
            "probability": arguments.probability,
            "count": arguments.count,
            "after": arguments.after,
        },
    )
    if arguments.as_json:
        output.as_json(fault)
    else:
        output.line(f"{fault['target']} has the fault {fault['mode']} ({fault['id']}).")
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    answer = ControlClient(arguments.url).get("/faults")
    if arguments.as_json:
        output.as_json(answer)
    else:
        output.table(answer["faults"], _COLUMNS, "Nothing is broken.")
    return DONE


def _clear(arguments: argparse.Namespace) -> int:
    answer = ControlClient(arguments.url).delete("/faults")
    if arguments.as_json:
        output.as_json(answer)
    else:
        output.line(f"{answer['cleared']} faults cleared.")
    return DONE
