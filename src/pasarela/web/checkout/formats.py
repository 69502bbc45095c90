"""How amounts and instants are written for people, in each language, in Mexico City's time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pasarela.kernel.money import Money
from pasarela.web.checkout.texts import Texts

MEXICO_CITY = ZoneInfo("America/Mexico_City")


def figure(money: Money) -> str:
    """`$1,234.50`, the same in both languages."""
    return f"${money.decimal():,}"


def amount(money: Money) -> str:
    """`$1,234.50 MXN`."""
    return f"{figure(money)} {money.currency.code}"


def part(money: Money, count: int) -> str:
    """One of `count` equal payments, its last centavo rounded up: what the bank will ask a month, at most."""
    return amount(Money(-(-money.minor // count), money.currency))


def instant(at: datetime, texts: Texts) -> str:
    """`21 de noviembre de 2026, 09:05` or `21 November 2026, 09:05`."""
    local = at.astimezone(MEXICO_CITY)
    return texts("instant", day=local.day, month=texts(f"month_{local.month}"), year=local.year, time=f"{local:%H:%M}")
