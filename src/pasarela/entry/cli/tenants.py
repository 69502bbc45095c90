"""`pasarela tenants`: who may use the platform. Works on the database itself, in production as in the sandbox."""

from __future__ import annotations

import argparse
import asyncio

from pasarela.core.context import Mode
from pasarela.core.tenants.model import NewTenant, Tenant
from pasarela.entry.administration import administration
from pasarela.entry.cli import agreement, output, settlement
from pasarela.entry.cli.commands import DONE, Commands, command, count, group
from pasarela.entry.cli.control_client import add_json
from pasarela.entry.cli.database_choice import add_database, database_url
from pasarela.entry.wiring_dialects import APIS, has_public_keys
from pasarela.kernel.paging import Page

_COLUMNS = {
    "api": "API",
    "account": "ACCOUNT",
    "name": "NAME",
    "status": "STATUS",
    "mode": "MODE",
    "created_at": "CREATED",
}


def add(commands: Commands) -> None:
    """Declares the commands."""
    tenants = group(commands, "tenants", "list and create the accounts of merchants", ["pasarela tenants list"])
    listing = command(
        tenants, "list", "list accounts, newest first", _list, ["pasarela tenants list --api openpay --json"]
    )
    listing.add_argument("--api", choices=APIS, help="of one API")
    listing.add_argument("--limit", type=count, default=50, help="how many at most, up to 100 (default: 50)")
    listing.add_argument("--offset", type=int, default=0, help="how many to skip (default: 0)")
    creating = command(
        tenants,
        "create",
        "create an account with its first two keys, which are shown this once",
        _create,
        [
            "pasarela tenants create openpay 'Tienda Azul' --email pagos@tiendaazul.mx",
            "pasarela tenants create bbva 'Tienda Azul' --affiliation 781500",
        ],
    )
    creating.add_argument("api", choices=APIS, help="the API that it uses")
    creating.add_argument("name", help="the merchant's name")
    creating.add_argument("--account", help="its id; made up if left out")
    creating.add_argument("--email")
    creating.add_argument("--phone")
    creating.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.TEST.value)
    agreement.add_options(creating)
    showing = command(
        tenants, "show", "show one account", _show, ["pasarela tenants show openpay mzdtln0bmtms6o3kck8f"]
    )
    showing.add_argument("api", choices=APIS)
    showing.add_argument("account")
    for parser in (listing, creating, showing):
        add_database(parser)
        add_json(parser)
    settlement.add(tenants)
    agreement.add(tenants)


def _list(arguments: argparse.Namespace) -> int:
    async def read() -> list[Tenant]:
        async with administration(database_url(arguments)) as admin:
            return await admin.tenants.list(Page(max(arguments.offset, 0), min(arguments.limit, 100)), arguments.api)

    rows = [as_fields(tenant) for tenant in asyncio.run(read())]
    if arguments.as_json:
        output.as_json({"tenants": rows})
    else:
        output.table(rows, _COLUMNS, "No accounts.")
    return DONE


def _show(arguments: argparse.Namespace) -> int:
    async def read() -> Tenant:
        async with administration(database_url(arguments)) as admin:
            return await admin.tenants.by_account(arguments.api, arguments.account)

    _shown(arguments, as_fields(asyncio.run(read())))
    return DONE


def _create(arguments: argparse.Namespace) -> int:
    new = NewTenant(
        arguments.api,
        arguments.name,
        account=arguments.account,
        email=arguments.email,
        phone=arguments.phone,
        mode=Mode(arguments.mode),
        settings=agreement.settings_of(arguments),
    )

    async def register() -> dict[str, object]:
        async with administration(database_url(arguments)) as admin:
            registered = await admin.register(new)
        keys = {"private_key": registered.private.key.reveal()}
        if has_public_keys(arguments.api):
            keys["public_key"] = registered.public.key.reveal()
        return as_fields(registered.tenant) | keys

    _shown(arguments, asyncio.run(register()))
    return DONE


def as_fields(tenant: Tenant) -> dict[str, object]:
    """A tenant as it is printed."""
    return {
        "api": tenant.api,
        "account": tenant.account,
        "name": tenant.name,
        "email": tenant.email,
        "phone": tenant.phone,
        "status": tenant.status.value,
        "mode": tenant.mode.value,
        "clabe": tenant.clabe,
        "created_at": tenant.created_at.isoformat(timespec="seconds"),
    }


def _shown(arguments: argparse.Namespace, record: dict[str, object]) -> None:
    if arguments.as_json:
        output.as_json(record)
    else:
        output.fields(record)
