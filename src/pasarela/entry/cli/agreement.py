"""`pasarela tenants set`, and the options about charges that `tenants create` shares with it: affiliations and what
the merchant is allowed to do, for APIs that ask for them."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from pasarela.core.tenants.model import Tenant
from pasarela.entry.administration import administration
from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, CommandFailed, Commands, command
from pasarela.entry.cli.control_client import add_json
from pasarela.entry.cli.database_choice import add_database, database_url
from pasarela.entry.wiring_dialects import APIS, PROFILES
from pasarela.facades.openpay.agreement import AFFILIATIONS, DIRECT_CHARGES, WITHOUT_3DS

_ANSWERS = {"yes": True, "no": False}


def add(tenants: Commands) -> None:
    """Declares the command."""
    setting = command(
        tenants,
        "set",
        "say through which affiliations an account charges, and what it may do",
        _set,
        [
            "pasarela tenants set bbva mptdggroasfcmqs8plpy --affiliation 781500 --affiliation 781501",
            "pasarela tenants set bbva mptdggroasfcmqs8plpy --direct-charges no",
        ],
    )
    setting.add_argument("api", choices=APIS)
    setting.add_argument("account")
    add_options(setting)
    add_database(setting)
    add_json(setting)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options themselves."""
    parser.add_argument(
        "--affiliation", action="append", metavar="NUMBER", help="a number that its charges may name; again for more"
    )
    parser.add_argument("--direct-charges", choices=_ANSWERS, help="whether it may bring its payers' cards itself")
    parser.add_argument("--without-3d-secure", choices=_ANSWERS, help="whether its charges may do without 3-D Secure")


def settings_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the options say, for the account's settings. Raises `CommandFailed` where the API knows nothing of it."""
    said = {
        AFFILIATIONS: arguments.affiliation,
        DIRECT_CHARGES: _ANSWERS.get(arguments.direct_charges),
        WITHOUT_3DS: _ANSWERS.get(arguments.without_3d_secure),
    }
    settings = {name: value for name, value in said.items() if value is not None}
    profile = PROFILES.get(arguments.api)
    if settings and (profile is None or not profile.charges.affiliated):
        raise CommandFailed(f"{arguments.api} has no affiliations and asks for no permissions")
    return settings


def _set(arguments: argparse.Namespace) -> int:
    changes = settings_of(arguments)
    if not changes:
        raise CommandFailed("nothing to set: give --affiliation, --direct-charges or --without-3d-secure")

    async def change() -> Tenant:
        async with administration(database_url(arguments)) as admin:
            tenant = await admin.tenants.by_account(arguments.api, arguments.account)
            await admin.change_settings(tenant.tenant_id, changes)
            return await admin.tenants.by_account(arguments.api, arguments.account)

    settings = dict(asyncio.run(change()).settings)
    if arguments.as_json:
        output.as_json({"settings": settings})
    else:
        output.fields(settings)
    return DONE
