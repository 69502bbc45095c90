"""What a payment costs, and what a key looks like. Pure: no I/O, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pasarela.core.tenants.model import KeyKind, Tariff
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money, rounded_minor
from pasarela.kernel.secret import Secret

KEY_PREFIXES = {KeyKind.PRIVATE: "sk_", KeyKind.PUBLIC: "pk_"}

DEFAULT_TARIFFS = (
    Tariff(Instrument.CARD, Currency.MXN, 290, 250, 1600),
    Tariff(Instrument.STORE, Currency.MXN, 290, 250, 1600),
    Tariff(Instrument.WALLET, Currency.MXN, 290, 250, 1600),
    Tariff(Instrument.BANK_TRANSFER, Currency.MXN, 0, 800, 1600),
    Tariff(Instrument.CARD, Currency.MXN, 490, 0, 1600, instalments=3),
    Tariff(Instrument.CARD, Currency.MXN, 790, 0, 1600, instalments=6),
    Tariff(Instrument.CARD, Currency.MXN, 1090, 0, 1600, instalments=9),
    Tariff(Instrument.CARD, Currency.MXN, 1390, 0, 1600, instalments=12),
    Tariff(Instrument.CARD, Currency.MXN, 1990, 0, 1600, instalments=18),
)
"""2.9 % + 2.50 MXN, 8.00 MXN for a transfer, and 16 % IVA of that; 4.9 % to 19.9 % more for 3 to 18 instalments."""

_ONE = 10_000  # basis points
_DECIMALS = 2  # of every currency that the platform books


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee in minor units of the payment's currency, with the tax that comes on top of it."""

    amount_minor: int
    tax_basis_points: int

    @property
    def tax_minor(self) -> int:
        """The tax as it is booked: rounded half up to minor units."""
        return rounded_minor(Decimal(self.amount_minor * self.tax_basis_points) / _ONE)

    @property
    def tax(self) -> Decimal:
        """The tax as it is shown: major units, exact (2.79 at 16 % is 0.4464)."""
        return (Decimal(self.amount_minor * self.tax_basis_points) / _ONE).scaleb(-_DECIMALS)


def fee_for(tariff: Tariff, amount: Money, surcharge: Tariff | None = None) -> Fee:
    """What `tariff` charges for a payment of `amount`, and `surcharge` on top; the parts by percentage are rounded half
    up, each on its own. The tax is the tariff's."""
    assert amount.currency is tariff.currency, "a tariff is of one currency"
    minor = sum(
        rounded_minor(Decimal(amount.minor * each.basis_points) / _ONE) + each.fixed_minor
        for each in (tariff, surcharge)
        if each is not None
    )
    return Fee(minor, tariff.tax_basis_points)


def tariff_for(
    tariffs: Iterable[Tariff], instrument: Instrument, currency: Currency, instalments: int = 1
) -> Tariff | None:
    """The tariff among `tariffs` that prices such a payment, or what its instalments cost on top; `None`: nothing."""
    wanted = (instrument, currency, instalments)
    return {(each.instrument, each.currency, each.instalments): each for each in tariffs}.get(wanted)


def key_digest(key: Secret) -> bytes:
    """What is stored of a key. A plain hash is enough: keys are drawn from 128 random bits."""
    return hashlib.sha256(key.reveal().encode()).digest()
