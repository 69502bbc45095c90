"""The electronic commerce indicator, which each brand writes in its own way."""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.kernel.cards import Brand


@dataclass(frozen=True, slots=True)
class Eci:
    """What a brand calls an authenticated, an attempted and an ordinary payment on the internet."""

    authenticated: str
    attempted: str
    nothing: str


_MOST = Eci("05", "06", "07")
ECI = {
    Brand.VISA: _MOST,
    Brand.AMERICAN_EXPRESS: _MOST,
    Brand.DINERS: _MOST,
    Brand.MASTERCARD: Eci("02", "01", "00"),
    # No programme of its own: its authorisations say that nothing was authenticated.
    Brand.CARNET: _MOST,
}

ENROLLED = frozenset(ECI) - {Brand.CARNET}
"""Brands that have a directory."""
