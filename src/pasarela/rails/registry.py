"""The rails that this process was wired with, by the instrument that each of them serves."""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.rails.contract import CardRail


@dataclass(frozen=True, slots=True)
class Rails:
    """Every rail by name; `entry.wiring` fills it, the core only asks for what a payment needs."""

    card: CardRail
