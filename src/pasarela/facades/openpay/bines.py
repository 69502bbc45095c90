"""What the first digits of a card tell, as shops ask before they offer instalments."""

from __future__ import annotations

import re

from msgspec import Struct

from pasarela.core.vault.bins import UNKNOWN, issuer_of
from pasarela.core.vault.model import Issuer
from pasarela.facades.openpay import present
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.fields import Digits
from pasarela.facades.toolkit.refusals import NoSuchPath
from pasarela.facades.toolkit.wire import WireModel, parse_filters, required
from pasarela.kernel.cards import Brand, brand_of_bin

_BIN = re.compile(r"[0-9]{6,8}")


class BinAnswer(Struct):
    """As the provider's own clients read it; the document does not print it."""

    bin: str
    bank: str
    bank_code: str
    brand: str
    type: str
    category: str | None
    country: str | None
    country_code: str | None
    allowed_online: bool
    allowed_santander_points: bool


class PromotionsAnswer(Struct, rename="camel"):
    """Numbers of payments that a card of these digits may be charged in."""

    card_type: str
    installments: list[int]
    with_interest: bool


class CardTypeAnswer(Struct):
    """The answer of `validate-bin`."""

    bin: str
    card_type: str
    brand: str
    bank: str


class BinQuery(WireModel):
    """The digits in a query string: six to eight, or a whole number of which only those count."""

    bin = required(Digits(6, 19))


async def get(call: Call[Profile]) -> Reply:
    digits, brand, issuer = _known(call.params["bin"])
    is_mexican = issuer is not UNKNOWN
    answer = BinAnswer(
        bin=digits,
        bank=issuer.bank_name,
        bank_code=issuer.bank_code,
        brand=brand.value,
        type=issuer.kind,
        category=None,
        country="MEXICO" if is_mexican else None,
        country_code="MX" if is_mexican else None,
        allowed_online=True,
        allowed_santander_points=issuer.points == "santander",
    )
    return Reply(200, present.encode(answer))


async def promotions(call: Call[Profile]) -> Reply:
    _, _, issuer = _known(call.params["bin"])
    installments = list(call.profile.charges.plans.payments) if issuer.kind == "credit" else []
    return Reply(200, present.encode(PromotionsAnswer(issuer.kind.upper(), installments, with_interest=False)))


async def card_type(call: Call[Profile]) -> Reply:
    digits, brand, issuer = _known(parse_filters(BinQuery, call.query()).bin[:8])
    return Reply(200, present.encode(CardTypeAnswer(digits, issuer.kind.upper(), brand.value, issuer.bank_name)))


def _known(digits: str) -> tuple[str, Brand, Issuer]:
    """Raises `NoSuchPath` for digits that no scheme's cards begin with."""
    brand = brand_of_bin(digits) if _BIN.fullmatch(digits) else None
    if brand is None:
        raise NoSuchPath("No card that we take begins with these digits")
    return digits, brand, issuer_of(digits)
