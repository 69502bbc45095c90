"""`pasarela tenants settlement`: whose balance is paid out by itself. Works on the database itself, in production as in
the sandbox.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence

from pasarela.core.payouts.model import Schedule, SettlementPlan
from pasarela.core.payouts.plans import SettlementPlans
from pasarela.entry.administration import Administration, administration
from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, CommandFailed, Commands, command, group
from pasarela.entry.cli.control_client import add_json
from pasarela.entry.cli.database_choice import add_database, database_url
from pasarela.entry.wiring_dialects import APIS
from pasarela.kernel.money import BadAmount, Currency, Money
from pasarela.kernel.paging import Page

_DEMO = "openpay mzdtln0bmtms6o3kck8f"
_SHOWN = Page(0, 100)
_COLUMNS = {
    "customer": "CUSTOMER",
    "schedule": "SCHEDULE",
    "clabe": "CLABE",
    "holder_name": "HOLDER",
    "minimum": "MINIMUM",
    "next_at": "NEXT",
}


def add(tenants: Commands) -> None:
    """Declares the commands, among those of `pasarela tenants`."""
    settlement = group(
        tenants,
        "settlement",
        "when a balance is paid out by itself, and where to",
        [f"pasarela tenants settlement show {_DEMO}"],
    )
    showing = command(
        settlement,
        "show",
        "show an account's plans: the merchant's own and up to a hundred of his customers'",
        _show,
        [f"pasarela tenants settlement show {_DEMO} --json"],
    )
    setting = command(
        settlement,
        "set",
        "pay a balance out on the first bank day of each day, week or month",
        _set,
        [
            f"pasarela tenants settlement set {_DEMO} weekly 012298026516924616 'Mi empresa' --minimum 500.00",
            f"pasarela tenants settlement set {_DEMO} daily 012298026516924616 'Ana' --customer ag4nktpdzebjiye1tlze",
        ],
    )
    dropping = command(
        settlement,
        "drop",
        "leave a balance where it is",
        _drop,
        [f"pasarela tenants settlement drop {_DEMO}"],
    )
    for parser in (showing, setting, dropping):
        parser.add_argument("api", choices=APIS)
        parser.add_argument("account")
    setting.add_argument("schedule", choices=[schedule.value for schedule in Schedule])
    setting.add_argument("clabe", help="the account that is paid, 18 digits")
    setting.add_argument("holder", help="whose account it is")
    setting.add_argument("--minimum", default="0.01", metavar="PESOS", help="less than this waits (default: 0.01)")
    for parser in (showing, setting, dropping):
        parser.add_argument("--customer", metavar="ID", help="a customer's balance instead of the merchant's own")
        add_database(parser)
        add_json(parser)


def _show(arguments: argparse.Namespace) -> int:
    async def read() -> list[dict[str, object]]:
        async with administration(database_url(arguments)) as admin:
            tenant_id, plans = await _tenant(admin, arguments), admin.settlement_plans
            if arguments.customer is None:
                return _rows(plans, await plans.list(tenant_id, _SHOWN))
            plan = await plans.get(tenant_id, arguments.customer)
            return _rows(plans, [plan] if plan is not None else [])

    return _shown(arguments, asyncio.run(read()))


def _set(arguments: argparse.Namespace) -> int:
    minimum = _minimum(arguments.minimum)

    async def write() -> list[dict[str, object]]:
        async with administration(database_url(arguments)) as admin:
            plan = SettlementPlan(
                await _tenant(admin, arguments),
                arguments.customer,
                Schedule(arguments.schedule),
                arguments.clabe,
                arguments.holder,
                minimum,
            )
            await admin.settlement_plans.put(plan)
            return _rows(admin.settlement_plans, [plan])

    return _shown(arguments, asyncio.run(write()))


def _drop(arguments: argparse.Namespace) -> int:
    async def drop() -> bool:
        async with administration(database_url(arguments)) as admin:
            return await admin.settlement_plans.drop(await _tenant(admin, arguments), arguments.customer)

    dropped = asyncio.run(drop())
    if arguments.as_json:
        output.as_json({"dropped": dropped})
    else:
        output.line("Dropped." if dropped else "There was no plan.")
    return DONE


async def _tenant(admin: Administration, arguments: argparse.Namespace) -> int:
    return (await admin.tenants.by_account(arguments.api, arguments.account)).tenant_id


def _minimum(text: str) -> int:
    try:
        minimum = Money.parse(text, Currency.MXN)
    except BadAmount as error:
        raise CommandFailed(f"--minimum {text!r} is not an amount: write pesos like 500.00") from error
    if minimum.minor <= 0:
        raise CommandFailed("--minimum is more than zero")
    return minimum.minor


def _rows(plans: SettlementPlans, found: Sequence[SettlementPlan]) -> list[dict[str, object]]:
    return [
        {
            "customer": plan.customer_id,
            "schedule": plan.schedule.value,
            "clabe": plan.clabe,
            "holder_name": plan.holder_name,
            "minimum": Money(plan.minimum, Currency.MXN).text(),
            "next_at": plans.next_at(plan).isoformat(timespec="seconds"),
        }
        for plan in found
    ]


def _shown(arguments: argparse.Namespace, rows: list[dict[str, object]]) -> int:
    if arguments.as_json:
        output.as_json({"plans": rows})
    else:
        output.table(rows, _COLUMNS, "No plan: the balance stays where it is.")
    return DONE
