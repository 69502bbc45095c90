"""What a card payment tells its network beside amount and card: through which of the merchant's affiliations it goes,
who bears the interest of its instalments, how many months the first one waits. Pure.

A payment keeps them among its `details`, under names that are this module's alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pasarela.core.context import Caller
from pasarela.rails.contract import Acceptor

_AFFILIATION, _TERMINAL = "affiliation", "terminal"
_INTEREST, _DEFERRED = "interest_by_payer", "deferred_months"


@dataclass(frozen=True, slots=True)
class CardTerms:
    """`affiliation` and `terminal` are the merchant's names on the network, where they are not its account;
    `interest_by_payer` says that its payer bears the interest, so that instalments cost the merchant nothing."""

    affiliation: str | None = None
    terminal: str | None = None
    interest_by_payer: bool = False
    deferred_months: int | None = None

    def as_details(self) -> dict[str, Any]:
        """What of a payment's details says so; nothing for a payment on ordinary terms."""
        told = {
            _AFFILIATION: self.affiliation,
            _TERMINAL: self.terminal,
            _INTEREST: self.interest_by_payer or None,
            _DEFERRED: self.deferred_months,
        }
        return {name: value for name, value in told.items() if value is not None}

    def at_merchants_cost(self, instalments: int | None) -> int | None:
        """As many instalments as the merchant pays for."""
        return None if self.interest_by_payer else instalments


def card_terms(details: Mapping[str, Any]) -> CardTerms:
    """The terms of a payment with these details."""
    return CardTerms(
        details.get(_AFFILIATION),
        details.get(_TERMINAL),
        bool(details.get(_INTEREST)),
        details.get(_DEFERRED),
    )


def acceptor_of(caller: Caller, details: Mapping[str, Any]) -> Acceptor:
    """The merchant as the network knows him: under the affiliation of the payment with these details, or else under
    his account."""
    terms = card_terms(details)
    acceptor = Acceptor(terms.affiliation or caller.account, caller.name)
    return acceptor if terms.terminal is None else replace(acceptor, terminal_id=terms.terminal)
