"""`pasarela requests`: the API calls that a sandbox has answered, and one of them explained."""

from __future__ import annotations

import argparse

from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, Commands, command, count, group
from pasarela.entry.cli.control_client import ControlClient, add_json, add_url


def add(commands: Commands) -> None:
    """Declares the commands."""
    requests = group(commands, "requests", "the API calls answered", ["pasarela requests list --status 402"])
    listing = command(
        requests,
        "list",
        "list the API calls answered, newest first",
        _list,
        ["pasarela requests list --api openpay --limit 5", "pasarela requests list --status 4xx --json"],
    )
    listing.add_argument("--api", help="of one API: openpay, bbva, paymentez, necipco or keycop")
    listing.add_argument("--tenant", help="of one tenant, by its account")
    listing.add_argument("--status", help="with this HTTP status, or a class of them: 4xx")
    listing.add_argument("--limit", type=count, help="how many at most (default: 20)")
    listing.add_argument("--before", help="before this instant, ISO 8601")
    showing = command(
        requests,
        "show",
        "explain one API call: what was wrong, by which rule, what mends it, which money moved",
        _show,
        ["pasarela requests show 1981cdb8-19cb-4bad-8256-e95d58bc035c"],
    )
    showing.add_argument("request_id", help="the request_id of an error answer, or the X-Request-Id of any answer")
    for parser in (listing, showing):
        add_url(parser)
        add_json(parser)


def _list(arguments: argparse.Namespace) -> int:
    answer = ControlClient(arguments.url).get(
        "/requests",
        {name: getattr(arguments, name) for name in ("api", "tenant", "status", "limit", "before")},
    )
    if arguments.as_json:
        output.as_json(answer)
        return DONE
    columns = {"at": "WHEN", "api": "API", "method": "METHOD", "path": "PATH", "status": "STATUS"}
    columns |= {"error_code": "ERROR", "request_id": "REQUEST"}
    output.table(answer["requests"], columns, "No API call yet.")
    return DONE


def _show(arguments: argparse.Namespace) -> int:
    answer = ControlClient(arguments.url).get(f"/requests/{arguments.request_id}")
    if arguments.as_json:
        output.as_json(answer)
        return DONE
    transfers = answer.pop("transfers")
    output.fields(answer)
    for transfer in transfers:
        output.line(f"\n{transfer['id']} ({transfer['kind']}, {transfer['phase']})")
        output.table(transfer["legs"], {"account": "ACCOUNT", "amount": "AMOUNT"}, "moves nothing")
    return DONE
