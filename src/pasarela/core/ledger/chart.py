"""The chart of accounts: which kinds of account exist, and which of them may never fall below a floor.

An account's name is `kind.CUR`, or `kind/owner.CUR` for one of many owners; names are all that other slices use.
Credits are positive: a positive balance is money that the platform owes to the account's owner.
"""

from __future__ import annotations

from enum import Enum
from functools import cache

from pasarela.kernel.money import Currency


class AccountKind(Enum):
    """Every kind of account, with its floor in minor units (`None`: no floor, entries are folded by the seal job)."""

    MERCHANT_PAYABLE = ("merchant_payable", 0)  # what the tenant may withdraw
    CUSTOMER_BALANCE = ("customer_balance", 0)  # what a tenant's customer holds on his account
    CLIENT_AVAILABLE = ("client_available", 0)  # what an issuing client may push to cards
    CLIENT_COLLECTION = ("client_collection", 0)  # what came back to it from cards
    CARD_ACCOUNT = ("card_account", 0)  # what a cardholder holds behind his cards
    ISSUER_CLEARING = (
        "issuer_clearing",
        None,
    )  # owed to the card network for what our cardholders bought
    NETWORK_CLEARING = (
        "network_clearing",
        None,
    )  # owed to us by the card network (negative) until it settles
    SPEI_CLEARING = (
        "spei_clearing",
        None,
    )  # our money at SPEI: what came in (negative) less what went out
    STORE_CLEARING = (
        "store_clearing",
        None,
    )  # cash that stores took for us (negative) until they hand it over
    WALLET_CLEARING = (
        "wallet_clearing",
        None,
    )  # owed to us by wallets (negative) until they settle
    POINTS_CLEARING = (
        "points_clearing",
        None,
    )  # owed to us by the programmes whose points paid (negative) until they settle
    FX_POSITION = ("fx_position", None)  # what we hold of a currency for having changed it
    RETURNS_HELD = ("returns_held", 0)  # came in but nobody may keep it: on its way back
    FEES_OWED = (
        "fees_owed",
        None,
    )  # fees larger than what they were charged on: the merchant owes us (negative)
    FEE_REVENUE = ("fee_revenue", None)  # processing fees earned
    TAX_PAYABLE = ("tax_payable", None)  # IVA on those fees

    def __init__(self, word: str, floor_minor: int | None) -> None:
        self.word = word
        self.floor_minor = floor_minor


_FLOORS = {kind.word: kind.floor_minor for kind in AccountKind}


@cache
def account(kind: AccountKind, currency: Currency) -> str:
    """The name of the tenant's single account of this kind: `merchant_payable.MXN`."""
    return f"{kind.word}.{currency.code}"


def owned_account(kind: AccountKind, owner: str, currency: Currency) -> str:
    """The name of the account of this kind that belongs to `owner`."""
    assert owner.isalnum(), "an owner is one of our ids"
    return f"{kind.word}/{owner}.{currency.code}"


def floor_of(name: str) -> int | None:
    """The floor of the account called `name`; `KeyError` when the chart has no such kind."""
    return _FLOORS[name.partition(".")[0].partition("/")[0]]


def currency_of(name: str) -> str:
    """The alphabetic currency code of the account called `name`."""
    return name[-3:]


def floored_beginnings() -> dict[str, int]:
    """How the names of accounts with a floor begin, and that floor in minor units."""
    return {word + end: floor for word, floor in _FLOORS.items() if floor is not None for end in (".", "/")}


def unfloored_beginnings() -> list[str]:
    """How the names of accounts without a floor begin."""
    return [word + end for word, floor in _FLOORS.items() if floor is None for end in (".", "/")]
