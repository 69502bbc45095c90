"""What comes of the money that a payer pays: how much of it he pays in points, and what his payee gets. Pure.

Points pay first and go back last: of whatever a payment has kept, captured and not refunded, the first part is paid
in points. A payee with another currency gets, and gives back, what the authorisation's rate makes of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.core.ledger.chart import AccountKind, account
from pasarela.core.ledger.model import Leg
from pasarela.core.payments.model import Payment
from pasarela.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Proceeds:
    """`paid` by the payer, `by_points_minor` of it in points; `credited` to the payee, in his currency."""

    paid: Money
    credited: Money
    by_points_minor: int = 0

    def __post_init__(self) -> None:
        assert 0 <= self.by_points_minor <= self.paid.minor, "points pay a part of it, or all"

    @classmethod
    def plain(cls, amount: Money) -> Proceeds:
        """Money only, in the payee's currency."""
        return cls(amount, amount)


@dataclass(frozen=True, slots=True)
class Returned:
    """What has been refunded so far, or is about to be: of the amount, in points, and from the payee."""

    paid_minor: int = 0
    by_points_minor: int = 0
    credited_minor: int = 0


def proceeds_of(payment: Payment, amount: Money) -> Proceeds:
    """What comes of the first `amount` of a payment: what is held, or captured."""
    credited = payment.exchange.convert(amount) if payment.exchange is not None else amount
    worth = payment.points.worth_minor if payment.points is not None else 0
    return Proceeds(amount, credited, min(worth, amount.minor))


def refund_of(whole: Proceeds, amount: Money, before: Returned) -> Proceeds:
    """What giving `amount` of `whole` back takes: money first, points when no money is left. From running totals, so
    that any sequence of refunds gives back neither more nor less than the whole."""
    after_minor = before.paid_minor + amount.minor
    assert after_minor <= whole.paid.minor, "no more goes back than was captured"
    points_left = whole.by_points_minor - before.by_points_minor
    money_left = whole.paid.minor - before.paid_minor - points_left
    credited, currency = amount, whole.credited.currency
    if currency is not whole.paid.currency:
        left = whole.credited.minor - before.credited_minor
        share = whole.credited.minor * after_minor // whole.paid.minor - before.credited_minor
        credited = Money(min(max(share, 0), left), currency)
    return Proceeds(amount, credited, max(amount.minor - money_left, 0))


def payer_legs(proceeds: Proceeds, clearing: str) -> tuple[Leg, ...]:
    """The payer's side of a transfer, up to what his payee gets: `clearing` owes us the money, the programme the
    points, and where currencies differ we hold the one for having given the other."""
    paid, credited, points = proceeds.paid, proceeds.credited, proceeds.by_points_minor
    legs = [
        Leg(clearing, points - paid.minor),
        Leg(account(AccountKind.POINTS_CLEARING, paid.currency), -points),
    ]
    if paid.currency is not credited.currency:
        legs += [
            Leg(account(AccountKind.FX_POSITION, paid.currency), paid.minor),
            Leg(account(AccountKind.FX_POSITION, credited.currency), -credited.minor),
        ]
    return tuple(leg for leg in legs if leg.amount)
