"""On what terms a card payment is authorised: at which rate, in points or not, and what it costs its merchant.

Settled before anything is recorded or sent: to fail after the issuer has said yes would cost the payment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pasarela.core.context import Caller
from pasarela.core.payments.ask_points import AskPoints
from pasarela.core.payments.card_sources import Resolved
from pasarela.core.payments.card_terms import card_terms
from pasarela.core.payments.errors import PaymentTooLarge, PointsNotAllowed
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.model import ChargedFee
from pasarela.core.payments.rules import CARD_MINOR_MAX
from pasarela.core.rates.model import ExchangeRate
from pasarela.core.rates.queries import Rates
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.points import PointsUse

POINTS_CURRENCY = Currency.MXN


@dataclass(frozen=True, slots=True)
class ToPrice:
    """What a payment asks for; the fields are those of `AuthoriseCard`."""

    amount: Money
    settles_in: Currency | None
    instalments: int | None
    points: PointsUse | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Priced:
    """`fee` is what a capture of the whole amount costs; `exchange` is `None` where payer and payee have one
    currency."""

    fee: ChargedFee
    exchange: ExchangeRate | None


class Pricing:
    """Answers it."""

    def __init__(self, rates: Rates, fees: Fees, ask_points: AskPoints) -> None:
        self._rates = rates
        self._fees = fees
        self._ask_points = ask_points

    async def __call__(self, caller: Caller, asked: ToPrice, card: Resolved, at: datetime) -> Priced:
        """Raises `PaymentTooLarge`, `PointsNotAllowed`, `CardHasNoPoints`, `PointsNotTold`, `rates.NoExchangeRate`."""
        if asked.amount.minor > CARD_MINOR_MAX:
            raise PaymentTooLarge
        if asked.points is not None:
            await self._check_points(caller, asked, card)
        exchange, credited = None, asked.amount
        if asked.settles_in is not None and asked.settles_in is not asked.amount.currency:
            exchange = await self._rates.of(caller, asked.amount.currency, asked.settles_in, at)
            credited = exchange.convert(asked.amount)
        instalments = card_terms(asked.details).at_merchants_cost(asked.instalments)
        fee = await self._fees.of(caller.tenant_id, Instrument.CARD, credited, instalments=instalments)
        return Priced(fee, exchange)

    async def _check_points(self, caller: Caller, asked: ToPrice, card: Resolved) -> None:
        if asked.amount.currency is not POINTS_CURRENCY:
            raise PointsNotAllowed("points pay in pesos only")
        if asked.points is PointsUse.ONLY and asked.instalments is not None:
            raise PointsNotAllowed("what is paid with points only can't be paid in instalments")
        if card.view.points is None:
            # Its first digits tell of no programme; its issuer may know better.
            await self._ask_points.of_card(caller, card)
