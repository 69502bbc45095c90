"""`pasarela risk`: limits and lists of a tenant of a running sandbox, and which rules a sale would meet."""

from __future__ import annotations

import argparse

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command, group
from pasarela.entry.cli.control_client import ControlClient, add_json, add_url

_DEMO = "mzdtln0bmtms6o3kck8f"


def add(commands: Commands) -> None:
    """Declares the commands."""
    risk = group(commands, "risk", "risk limits and lists of an account", [f"pasarela risk limits {_DEMO}"])
    limits = command(
        risk,
        "limits",
        "show the limits, or set one",
        _limits,
        [
            f"pasarela risk limits {_DEMO}",
            f"pasarela risk limits {_DEMO} --set max_amount 5000.00",
            f"pasarela risk limits {_DEMO} --unset max_amount",
        ],
    )
    change = limits.add_mutually_exclusive_group()
    change.add_argument("--set", nargs=2, metavar=("RULE", "VALUE"), help="a number of sales, or an amount")
    change.add_argument("--unset", metavar="RULE", help="switch the rule off")
    lists = command(
        risk,
        "lists",
        "show who is listed, or change it",
        _lists,
        [
            f"pasarela risk lists {_DEMO}",
            f"pasarela risk lists {_DEMO} --add email thief@example.com --reason 'chargebacks'",
            f"pasarela risk lists {_DEMO} --remove bin 411111",
        ],
    )
    change = lists.add_mutually_exclusive_group()
    change.add_argument("--add", nargs=2, metavar=("LIST", "ENTRY"), help="LIST is card, bin, email or buyer")
    change.add_argument("--remove", nargs=2, metavar=("LIST", "ENTRY"))
    lists.add_argument("--reason", default="", help="why it is listed")
    explain = command(
        risk,
        "explain",
        "tell which rules a sale would meet",
        _explain,
        [f"pasarela risk explain {_DEMO} 100.00 --card 4111111111111111 --email payer@example.com"],
    )
    reviews = command(
        risk,
        "reviews",
        "show which payments wait for somebody to look at them, or decide about one",
        _reviews,
        [f"pasarela risk reviews {_DEMO}", f"pasarela risk reviews {_DEMO} --release trzjaozcik8msyqshka4"],
    )
    decision = reviews.add_mutually_exclusive_group()
    decision.add_argument("--release", metavar="PAYMENT", help="let it go on")
    decision.add_argument("--decline", metavar="PAYMENT", help="give it back to its payer")
    for parser in (limits, lists, explain, reviews):
        parser.add_argument("tenant", help="the account")
        add_url(parser)
        add_json(parser)
    explain.add_argument("amount")
    explain.add_argument("--currency", default="MXN")
    explain.add_argument("--card", help="the card's number")
    for name in ("email", "buyer", "ip"):
        explain.add_argument(f"--{name}")


def _limits(arguments: argparse.Namespace) -> int:
    client, path = ControlClient(arguments.url), "/risk/limits"
    if arguments.set:
        rule, value = arguments.set
        answer = client.post(path, {"tenant": arguments.tenant, "rule": rule, "value": value})
    elif arguments.unset:
        answer = client.post_whole(path, {"tenant": arguments.tenant, "rule": arguments.unset, "value": None})
    else:
        answer = client.get(path, {"tenant": arguments.tenant})
    if arguments.as_json:
        output.as_json(answer)
    else:
        output.table(answer["limits"], {"rule": "RULE", "value": "LIMIT", "set_at": "SET"}, "No limits are set.")
    return DONE


def _lists(arguments: argparse.Namespace) -> int:
    client, path = ControlClient(arguments.url), "/risk/lists"
    change = arguments.add or arguments.remove
    if change:
        name, entry = change
        body = {"tenant": arguments.tenant, "list": name, "entry": entry, "reason": arguments.reason}
        client.post(path, body | {"remove": bool(arguments.remove)})
    answer = client.get(path, {"tenant": arguments.tenant})
    if arguments.as_json:
        output.as_json(answer)
    else:
        columns = {"list": "LIST", "entry": "ENTRY", "reason": "REASON", "listed_at": "LISTED"}
        output.table(answer["entries"], columns, "Nobody is listed.")
    return DONE


def _reviews(arguments: argparse.Namespace) -> int:
    client, path = ControlClient(arguments.url), "/risk/reviews"
    if decided := arguments.release or arguments.decline:
        client.post(f"{path}/{decided}/{'release' if arguments.release else 'decline'}", {})
    answer = client.get(path, {"tenant": arguments.tenant})
    if arguments.as_json:
        output.as_json(answer)
    else:
        columns = {"payment": "PAYMENT", "amount": "AMOUNT", "currency": "CURRENCY", "rules": "RULES"}
        output.table(answer["reviews"], columns, "No payment waits for anybody.")
    return DONE


def _explain(arguments: argparse.Namespace) -> int:
    sale = {"tenant": arguments.tenant, "amount": arguments.amount, "currency": arguments.currency}
    answer = ControlClient(arguments.url).post(
        "/risk/explain",
        sale
        | {
            "card_number": arguments.card,
            "email": arguments.email,
            "buyer": arguments.buyer,
            "ip": arguments.ip,
        },
    )
    if arguments.as_json:
        output.as_json(answer)
        return DONE
    output.line("Allowed." if answer["allowed"] else "Refused.")
    output.table(answer["rules"], {"rule": "RULE", "met": "MET", "effect": "EFFECT", "limit": "LIMIT"}, "No rules.")
    return DONE
