"""`pasarela stock`: plastics that wait to be assigned. Works on the database itself, in production as in the sandbox.

Card numbers go from the file into the vault; no line of output holds one.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from pasarela.core.issuing.stock import StockLine
from pasarela.core.tenants.model import Tenant
from pasarela.entry.cli import output
from pasarela.entry.cli.commands import DONE, CommandFailed, Commands, command, count, group
from pasarela.entry.cli.control_client import add_json
from pasarela.entry.cli.database_choice import add_database
from pasarela.entry.cli.programs import worked
from pasarela.entry.issuing_administration import IssuingAdministration
from pasarela.kernel.cards import Expiry
from pasarela.kernel.secret import Secret

COLUMNS = ("card_number", "expiration_month", "expiration_year")
CENTURY = 2000
MONTHS = 12


def add(commands: Commands) -> None:
    """Declares the commands."""
    stock = group(
        commands, "stock", "plastics that wait to be assigned", ["pasarela stock import ID PRODUCT cards.csv"]
    )
    importing = command(
        stock,
        "import",
        "add plastics from a CSV file; all of it or nothing, those that are known stay as they are",
        _import,
        ["pasarela stock import ID PRODUCT cards.csv"],
    )
    making = command(
        stock, "make", "make plastics with numbers of our own", _make, ["pasarela stock make ID PRODUCT 500"]
    )
    for parser in (importing, making):
        parser.add_argument("program", metavar="PROGRAM", help="the program's id")
        parser.add_argument("product", metavar="PRODUCT", help="the product's id")
        add_database(parser)
        add_json(parser)
    importing.add_argument("file", type=Path, help=f"UTF-8, with the columns {', '.join(COLUMNS)}")
    making.add_argument("count", type=count, help="how many")


def _import(arguments: argparse.Namespace) -> int:
    lines = _read(arguments.file)

    async def write(admin: IssuingAdministration, tenant: Tenant) -> dict[str, object]:
        done = await admin.issuing.stock.load(tenant.tenant_id, arguments.product, lines)
        return {"added": done.added, "known": done.known}

    return _told(arguments, worked(arguments, write))


def _make(arguments: argparse.Namespace) -> int:
    async def write(admin: IssuingAdministration, tenant: Tenant) -> dict[str, object]:
        return {"added": await admin.issuing.stock.make(tenant.tenant_id, arguments.product, arguments.count)}

    return _told(arguments, worked(arguments, write))


def _read(file: Path) -> list[StockLine]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text)
            if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                raise CommandFailed(f"{file} has no column {', '.join(missing)}")
            return [_line(row, f"{file}, line {reader.line_num}") for row in reader]
    except OSError as error:
        raise CommandFailed(f"{file} can't be read: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise CommandFailed(f"{file} is not CSV in UTF-8") from error


def _line(row: dict[str, str], where: str) -> StockLine:
    number, month, year = (row[name].strip() if row[name] else "" for name in COLUMNS)
    digits = all(part.isascii() and part.isdigit() for part in (number, month, year))
    if not digits or not 1 <= int(month) <= MONTHS or len(year) not in (2, 4):
        raise CommandFailed(f"{where}: not a card number with the month and the year in which it ends")
    whole_year = int(year) if len(year) > 2 else CENTURY + int(year)
    return StockLine(Secret(number), Expiry(whole_year, int(month)))


def _told(arguments: argparse.Namespace, record: dict[str, object]) -> int:
    if arguments.as_json:
        output.as_json(record)
    else:
        output.fields(record)
    return DONE
