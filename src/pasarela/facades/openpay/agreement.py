"""What provider and merchant have agreed on about charges: permissions, and affiliations with what goes through them.

A merchant's part stands in his account's settings: `affiliations` (numbers, or objects with `number`, and where they
are not for everything `currencies` and `terminal`), `direct_charges` and `without_3d_secure` (true or not there).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pasarela.facades.openpay.profile import ChargeTerms, Profile
from pasarela.facades.toolkit.call import Call
from pasarela.facades.toolkit.fields import RULE_CHOICE
from pasarela.facades.toolkit.json_text import JsonObject
from pasarela.facades.toolkit.refusals import Missing, NotPermitted, WrongValue
from pasarela.kernel.money import Currency

AFFILIATIONS = "affiliations"
DIRECT_CHARGES = "direct_charges"
WITHOUT_3DS = "without_3d_secure"

RULE_AFFILIATION = "charge.affiliation"


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A merchant's contract with the acquirer. On the network he goes by its `number`, at `terminal` where that is not
    the ordinary one; `currencies` of `None` are all."""

    number: str
    currencies: frozenset[str] | None = None
    terminal: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """`terms`, `currencies` and `settles_in` are the provider's part, `merchant` the settings of his account."""

    terms: ChargeTerms
    currencies: Mapping[str, Currency]
    merchant: Mapping[str, Any]
    settles_in: Currency = Currency.MXN

    def permit(self, permission: str, field: str) -> None:
        """Raises `NotPermitted` to a merchant without this permission."""
        if self.merchant.get(permission) is not True:
            raise NotPermitted(field)

    def affiliation(self, number: str | None) -> Affiliation | None:
        """The affiliation that a charge names, where charges do. Raises `WrongValue`."""
        if not self.terms.affiliated or number is None:
            return None
        found = affiliations(self.merchant).get(number.strip())
        if found is None:
            raise WrongValue(RULE_AFFILIATION, "affiliation_bbva", "must be one of the merchant's affiliations")
        return found

    def takes(self, number: str | None, currency: Currency) -> bool:
        """Whether a charge in this currency can go through this affiliation."""
        affiliation = self.affiliation(number)
        return affiliation is None or affiliation.currencies is None or currency.code in affiliation.currencies

    def currency(self, code: str | None) -> Currency:
        """Raises `WrongValue`."""
        if code is None:
            return Currency.MXN
        if (currency := self.currencies.get(code.upper())) is None:
            raise WrongValue(RULE_CHOICE, "currency", f"must be one of: {', '.join(self.currencies)}")
        return currency


def agreement_of(call: Call[Profile]) -> Agreement:
    """What holds for the charges of this caller."""
    profile = call.profile
    return Agreement(profile.charges, profile.currencies, call.tenant.settings, profile.settles_in)


def demanded(call: Call[Profile]) -> JsonObject:
    """The body of a charge that has all keys which the provider asks for beside those that all ask for. At customer
    level the customer is known. Raises `Missing`."""
    body = call.json()
    for name in call.profile.charges.required:
        value = body.get(name)
        absent = value is None or (isinstance(value, str) and not value.strip())
        if absent and not (name == "customer" and "customer_id" in call.params):
            raise Missing(name)
    return body


def affiliations(settings: Mapping[str, Any]) -> Mapping[str, Affiliation]:
    """A merchant's affiliations by their numbers."""
    told = settings.get(AFFILIATIONS)
    found = [_affiliation(one) for one in told] if isinstance(told, list) else []
    return {one.number: one for one in found}


def _affiliation(told: object) -> Affiliation:
    if not isinstance(told, Mapping):
        return Affiliation(str(told))
    currencies = told.get("currencies")
    return Affiliation(str(told["number"]), frozenset(currencies) if currencies else None, told.get("terminal"))
