"""`pasarela programs`: who issues cards, of which products. Works on the database itself, in production as in the
sandbox."""

from __future__ import annotations

import argparse
import asyncio
import secrets
from collections.abc import Awaitable, Callable

from pasarela.core.issuing.model import FeeRule, NewClient, NewKey, Padding, Product, ProductKind
from pasarela.core.tenants.model import NewTenant, Tenant
from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, CommandFailed, Commands, command, count, group
from pasarela.entry.cli.control_client import add_json
from pasarela.entry.cli.database_choice import add_database, database_url
from pasarela.entry.issuing_administration import IssuingAdministration, issuing_administration, keyring_at
from pasarela.kernel.money import BadAmount, Currency, Money
from pasarela.kernel.secret import Secret

API = "necipco"
PASSWORD_BYTES = 12
MONTHS_MAX = 120
_COLUMNS = {"id": "ID", "name": "NAME", "kind": "KIND", "stock": "STOCK", "spei": "SPEI"}

Work = Callable[[IssuingAdministration, Tenant], Awaitable[dict[str, object]]]


def add(commands: Commands) -> None:
    """Declares the commands."""
    programs = group(commands, "programs", "who issues cards, of which products", ["pasarela programs open 'Nueve09'"])
    opening = command(
        programs,
        "open",
        "open a program; the password of its API key is shown this once",
        _open,
        ["pasarela programs open 'Nueve09' --alias NUEVE09 --email ops@nueve09.mx"],
    )
    opening.add_argument("name", help="its client's name")
    opening.add_argument("--alias", required=True, help="its short name")
    opening.add_argument("--email", required=True)
    opening.add_argument("--login", help="what the client signs in with; made up if left out")
    shown = command(programs, "products", "list a program's products", _products, ["pasarela programs products ID"])
    adding = command(
        programs,
        "add-product",
        "add a product and the first digits of its card numbers",
        _add_product,
        ["pasarela programs add-product ID 'Débito' --kind virtual --prefix 53160003 --spei"],
    )
    adding.add_argument("program", metavar="PROGRAM", help="the program's id")
    adding.add_argument("name")
    adding.add_argument("--kind", choices=[kind.value for kind in ProductKind], required=True)
    adding.add_argument("--prefix", type=_prefix, required=True, help="6 to 11 digits")
    adding.add_argument("--months", type=count, default=48, help="how long its cards are valid (48)")
    adding.add_argument("--spei", action="store_true", help="its cards may send money by SPEI")
    depositing = command(
        programs, "deposit", "credit money that came in by bank", _deposit, ["pasarela programs deposit ID 1000.00"]
    )
    depositing.add_argument("program", metavar="PROGRAM", help="the program's id")
    depositing.add_argument("amount", type=_money, help="in MXN: 1000.00")
    depositing.add_argument("--reference", help="the same reference again changes nothing")
    charging = command(
        programs, "spei-fee", "say what a transfer costs", _fee, ["pasarela programs spei-fee ID 5.80 --tax 1600"]
    )
    charging.add_argument("program", metavar="PROGRAM", help="the program's id")
    charging.add_argument("amount", type=_money, help="in MXN: 5.80")
    charging.add_argument("--tax", type=int, default=1600, help="in hundredths of a percent (1600)")
    padding, replacing = _add_key_and_card_commands(programs)
    shown.add_argument("program", metavar="PROGRAM", help="the program's id")
    for parser in (opening, shown, adding, depositing, charging, padding, replacing):
        add_database(parser)
        add_json(parser)


def _add_key_and_card_commands(programs: Commands) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    padding = command(
        programs,
        "padding",
        "say how values are encrypted for an API key",
        _padding,
        ["pasarela programs padding ID KEY oaep_sha256"],
    )
    padding.add_argument("program", metavar="PROGRAM", help="the program's id")
    padding.add_argument("key", help="the API key's id")
    padding.add_argument("padding", choices=[one.value for one in Padding])
    replacing = command(
        programs,
        "replace-card",
        "give a lost card's account a new one",
        _replace,
        ["pasarela programs replace-card ID CARD"],
    )
    replacing.add_argument("program", metavar="PROGRAM", help="the program's id")
    replacing.add_argument("card", help="the lost card's id")
    return padding, replacing


def _open(arguments: argparse.Namespace) -> int:
    password = secrets.token_urlsafe(PASSWORD_BYTES)

    async def open_program() -> dict[str, object]:
        async with issuing_administration(database_url(arguments), keyring_at(arguments.data)) as admin:
            client_id, key_id = admin.ids.uuid(), admin.ids.uuid()
            new = NewTenant(API, arguments.name, account=client_id, email=arguments.email)
            tenant = (await admin.register(new)).tenant
            client = NewClient(client_id, arguments.alias, arguments.name, arguments.alias, arguments.email)
            key = NewKey(key_id, arguments.login or key_id, "API_KEY", Secret(password))
            await admin.issuing.programs.open(tenant.tenant_id, client, key)
            return {"program": client_id, "key": key_id, "api_key": key.login, "password": password}

    return _told(arguments, asyncio.run(open_program()))


def _products(arguments: argparse.Namespace) -> int:
    async def read(admin: IssuingAdministration, tenant: Tenant) -> dict[str, object]:
        return {"products": [_shown(one) for one in await admin.issuing.programs.products(tenant.tenant_id)]}

    found = worked(arguments, read)
    if arguments.as_json:
        output.as_json(found)
    else:
        rows = found["products"]
        assert isinstance(rows, list), "it was made so"
        output.table(rows, _COLUMNS, "No products.")
    return DONE


def _add_product(arguments: argparse.Namespace) -> int:
    async def write(admin: IssuingAdministration, tenant: Tenant) -> dict[str, object]:
        product = Product(
            tenant_id=tenant.tenant_id,
            product_id=admin.ids.uuid(),
            name=arguments.name,
            description="",
            kind=ProductKind(arguments.kind),
            active=True,
            affinity_group="0001",
            currency=Currency.MXN,
            allow_blank_curp=False,
            allow_blank_rfc=False,
            spei_enabled=arguments.spei,
            validity_months=min(arguments.months, MONTHS_MAX),
            operation_max=None,
            day_max=None,
        )
        await admin.issuing.programs.add_product(product)
        await admin.issuing.programs.add_range(tenant.tenant_id, product.product_id, arguments.prefix)
        return _shown(product)

    return _told(arguments, worked(arguments, write))


def _deposit(arguments: argparse.Namespace) -> int:
    async def write(admin: IssuingAdministration, tenant: Tenant) -> dict[str, object]:
        reference = arguments.reference or admin.ids.uuid()
        programs = admin.issuing.programs
        client = await programs.deposit(tenant.tenant_id, tenant.account, reference, arguments.amount)
        return {"reference": reference, "available": client.available.text()}

    return _told(arguments, worked(arguments, write))


def _fee(arguments: argparse.Namespace) -> int:
    async def write(admin: IssuingAdministration, tenant: Tenant) -> dict[str, object]:
        fee = FeeRule(arguments.amount.minor, arguments.tax)
        await admin.issuing.programs.set_fee(tenant.tenant_id, "spei", fee)
        return {"fixed": arguments.amount.text(), "tax_basis_points": arguments.tax}

    return _told(arguments, worked(arguments, write))


def _padding(arguments: argparse.Namespace) -> int:
    async def write(admin: IssuingAdministration, tenant: Tenant) -> dict[str, object]:
        key = await admin.issuing.keys.set_padding(tenant.tenant_id, arguments.key, Padding(arguments.padding))
        return {"key": key.key_id, "padding": key.padding.value}

    return _told(arguments, worked(arguments, write))


def _replace(arguments: argparse.Namespace) -> int:
    async def write(admin: IssuingAdministration, tenant: Tenant) -> dict[str, object]:
        card = await admin.issuing.opening.replace(tenant.tenant_id, arguments.card, admin.ids.uuid())
        return {"card": card.card_id, "last4": card.last4, "account": card.account.account_id}

    return _told(arguments, worked(arguments, write))


def worked(arguments: argparse.Namespace, work: Work) -> dict[str, object]:
    """What `work` made of the program that the command line names."""

    async def run() -> dict[str, object]:
        async with issuing_administration(database_url(arguments), keyring_at(arguments.data)) as admin:
            return await work(admin, await admin.tenants.by_account(API, arguments.program))

    return asyncio.run(run())


def _shown(product: Product) -> dict[str, object]:
    return {
        "id": product.product_id,
        "name": product.name,
        "kind": product.kind.value,
        "stock": product.stock_cards,
        "spei": product.spei_enabled,
    }


def _told(arguments: argparse.Namespace, record: dict[str, object]) -> int:
    if arguments.as_json:
        output.as_json(record)
    else:
        output.fields(record)
    return DONE


def _money(text: str) -> Money:
    try:
        money = Money.parse(text, Currency.MXN)
    except BadAmount:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount like 1000.00") from None
    if money.minor <= 0:
        raise CommandFailed("the amount must be greater than zero")
    return money


def _prefix(text: str) -> str:
    if not (text.isascii() and text.isdigit() and 6 <= len(text) <= 11):
        raise argparse.ArgumentTypeError(f"{text!r} is not 6 to 11 digits")
    return text
