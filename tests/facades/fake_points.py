"""Every card has Santander's first points."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.vault.model import SourceKind
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.points import PointsBalance


async def santander_points(caller: Caller, source_id: str, kind: SourceKind, customer_id: str | None) -> PointsBalance:
    return PointsBalance("santander", 300, Money(2_250, Currency.MXN))
