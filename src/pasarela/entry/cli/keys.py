"""`pasarela keys`: the API keys of an account. Works on the database itself, in production as in the sandbox."""

from __future__ import annotations

import argparse
import asyncio

from pasarela.core.tenants.model import ApiKey, IssuedKey, KeyKind
from pasarela.entry.administration import administration
from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, CommandFailed, Commands, command, group
from pasarela.entry.cli.control_client import add_json
from pasarela.entry.cli.database_choice import add_database, database_url
from pasarela.entry.wiring_dialects import APIS, has_public_keys

_COLUMNS = {
    "key_id": "KEY",
    "kind": "KIND",
    "hint": "ENDS IN",
    "created_at": "CREATED",
    "revoked_at": "REVOKED",
}
_ACCOUNT = "openpay mzdtln0bmtms6o3kck8f"


def add(commands: Commands) -> None:
    """Declares the commands."""
    keys = group(commands, "keys", "issue and revoke an account's API keys", [f"pasarela keys list {_ACCOUNT}"])
    issuing = command(
        keys,
        "issue",
        "issue one more key, which is shown this once",
        _issue,
        [f"pasarela keys issue {_ACCOUNT}", f"pasarela keys issue {_ACCOUNT} --kind public"],
    )
    revoking = command(
        keys,
        "revoke",
        "end a key; new calls with it are refused within seconds",
        _revoke,
        [f"pasarela keys revoke {_ACCOUNT} key00exampleexample1"],
    )
    listing = command(keys, "list", "list keys, newest first", _list, [f"pasarela keys list {_ACCOUNT} --json"])
    for parser in (issuing, revoking, listing):
        parser.add_argument("api", choices=APIS)
        parser.add_argument("account")
        add_database(parser)
        add_json(parser)
    issuing.add_argument("--kind", choices=[kind.value for kind in KeyKind], default=KeyKind.PRIVATE.value)
    revoking.add_argument("key_id", help="the KEY that `pasarela keys list` shows")


def _issue(arguments: argparse.Namespace) -> int:
    if arguments.kind == KeyKind.PUBLIC.value and not has_public_keys(arguments.api):
        raise CommandFailed(f"{arguments.api} knows private keys only")

    async def issue() -> IssuedKey:
        async with administration(database_url(arguments)) as admin:
            tenant = await admin.tenants.by_account(arguments.api, arguments.account)
            return await admin.issue_key(tenant.tenant_id, KeyKind(arguments.kind))

    issued = asyncio.run(issue())
    record = {"key_id": issued.key_id, "kind": issued.kind.value, "key": issued.key.reveal()}
    if arguments.as_json:
        output.as_json(record)
    else:
        output.fields(record)
    return DONE


def _revoke(arguments: argparse.Namespace) -> int:
    async def revoke() -> None:
        async with administration(database_url(arguments)) as admin:
            tenant = await admin.tenants.by_account(arguments.api, arguments.account)
            await admin.revoke_key(tenant.tenant_id, arguments.key_id)

    asyncio.run(revoke())
    if arguments.as_json:
        output.as_json({"revoked": arguments.key_id})
    else:
        output.line(f"{arguments.key_id} is revoked.")
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    async def read() -> tuple[ApiKey, ...]:
        async with administration(database_url(arguments)) as admin:
            tenant = await admin.tenants.by_account(arguments.api, arguments.account)
            return await admin.tenants.keys(tenant.tenant_id)

    rows = [
        {
            "key_id": key.key_id,
            "kind": key.kind.value,
            "hint": key.hint,
            "created_at": key.created_at.isoformat(timespec="seconds"),
            "revoked_at": key.revoked_at and key.revoked_at.isoformat(timespec="seconds"),
        }
        for key in asyncio.run(read())
    ]
    if arguments.as_json:
        output.as_json({"keys": rows})
    else:
        output.table(rows, _COLUMNS, "No keys.")
    return DONE
