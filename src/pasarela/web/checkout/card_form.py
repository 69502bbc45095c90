"""What a payer may write into the card form, and what is wrong with it: a text for each field, in his language.

The card's number and code become secrets here and are never written into a page, a log or an address again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from pasarela.core.context import Mode
from pasarela.core.vault.bins import issuer_of
from pasarela.core.vault.errors import ExpiredCard, TestCardInProduction
from pasarela.core.vault.rules import check
from pasarela.kernel.cards import CardData, Expiry, brand_of
from pasarela.kernel.secret import Secret, luhn_valid, mask_pans

NUMBER, HOLDER, MONTH, YEAR, CODE = "cc-number", "cc-name", "cc-exp-month", "cc-exp-year", "cc-csc"
PAYMENTS, POINTS = "payments", "points"
HOLDER_CHARS_MAX = 80

_NUMBER = re.compile(r"\d{12,19}", re.ASCII)
_CODE = re.compile(r"\d{3,4}", re.ASCII)
_MONTH = re.compile(r"0?[1-9]|1[0-2]", re.ASCII)
_YEAR = re.compile(r"(?:20)?(\d\d)", re.ASCII)


class Points(Enum):
    """How the payer wants to use his card's points; the value is the form's word."""

    NONE = "none"
    MIXED = "mixed"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be chosen besides the card: numbers of payments and uses of points. `fixed_payments` and `fixed_points`
    were decided by the shop."""

    payments: tuple[int, ...] = ()
    points: bool = False
    fixed_payments: int | None = None
    fixed_points: Points | None = None


@dataclass(slots=True)
class CardForm:
    """A posted form, read. `errors` are names of texts by field, in the form's order; without any, `card` is there."""

    errors: dict[str, str] = field(default_factory=dict)
    card: CardData | None = None
    payments: int | None = None
    points: Points = Points.NONE

    @property
    def chosen_payments(self) -> str:
        return str(self.payments or "")


def read(fields: Mapping[str, str], offer: Offer, today: date, mode: Mode) -> CardForm:
    """The form as posted on the day `today` (of Mexico City)."""
    form = CardForm()
    pan = _number(fields, form)
    holder = _holder(fields, form)
    expiry = _expiry(fields, form)
    code = _code(fields, form)
    _choices(fields, offer, form, pan)
    if pan is not None and expiry is not None and NUMBER not in form.errors:
        try:
            form.card = check(pan, holder_name=holder, expiry=expiry, cvv=code, today=today, mode=mode, needs_cvv=False)
        except TestCardInProduction:
            form.errors[NUMBER] = "number_test"
        except ExpiredCard:
            form.errors[YEAR] = "expired"
    order = (NUMBER, HOLDER, MONTH, YEAR, CODE, PAYMENTS, POINTS)
    form.errors = {name: form.errors[name] for name in order if name in form.errors}
    if form.errors:
        form.card = None
    return form


def _number(fields: Mapping[str, str], form: CardForm) -> Secret | None:
    digits = re.sub(r"[\s-]", "", fields.get(NUMBER, ""))
    if not digits:
        form.errors[NUMBER] = "number_missing"
    elif not _NUMBER.fullmatch(digits) or not luhn_valid(digits):
        form.errors[NUMBER] = "number_wrong"
    elif brand_of(digits) is None:
        form.errors[NUMBER] = "number_brand"
    else:
        return Secret(digits)
    return None


def _holder(fields: Mapping[str, str], form: CardForm) -> str:
    holder = " ".join(fields.get(HOLDER, "").split())
    if not holder:
        form.errors[HOLDER] = "holder_missing"
    elif len(holder) > HOLDER_CHARS_MAX or not holder.isprintable() or mask_pans(holder) != holder:
        form.errors[HOLDER] = "holder_wrong"
    return holder


def _expiry(fields: Mapping[str, str], form: CardForm) -> Expiry | None:
    month, year = fields.get(MONTH, "").strip(), fields.get(YEAR, "").strip()
    written = _YEAR.fullmatch(year)
    if not _MONTH.fullmatch(month):
        form.errors[MONTH] = "month_wrong" if month else "month_missing"
    if written is None:
        form.errors[YEAR] = "year_wrong" if year else "year_missing"
    if written is None or MONTH in form.errors:
        return None
    return Expiry(2000 + int(written[1]), int(month))


def _code(fields: Mapping[str, str], form: CardForm) -> Secret | None:
    code = fields.get(CODE, "").strip()
    if _CODE.fullmatch(code):
        return Secret(code)
    form.errors[CODE] = "code_wrong" if code else "code_missing"
    return None


def _choices(fields: Mapping[str, str], offer: Offer, form: CardForm, pan: Secret | None) -> None:
    """What the payer chose, as far as it was his to choose and his card can do it."""
    issuer = issuer_of(pan.reveal()) if pan is not None else None
    form.payments = offer.fixed_payments
    form.points = offer.fixed_points or Points.NONE
    chosen = fields.get(PAYMENTS, "").strip()
    if offer.fixed_payments is None and chosen not in ("", "1"):
        if chosen in {str(count) for count in offer.payments}:
            form.payments = int(chosen)
        else:
            form.errors[PAYMENTS] = "payments_wrong"
    if form.payments is not None and issuer is not None and issuer.kind != "credit":
        fixed = offer.fixed_payments is not None
        form.errors[NUMBER if fixed else PAYMENTS] = "fixed_payments_credit_only" if fixed else "payments_credit_only"
    wish = fields.get(POINTS, "").strip()
    if offer.fixed_points is None and wish not in ("", Points.NONE.value):
        if offer.points and wish in {use.value for use in Points}:
            form.points = Points(wish)
        else:
            form.errors[POINTS] = "points_wrong"
    if form.points is Points.ONLY and form.payments is not None:
        form.errors[PAYMENTS] = "payments_wrong"
    if form.points is not Points.NONE and issuer is not None and issuer.points is None:
        form.errors[NUMBER if offer.fixed_points else POINTS] = "points_not_offered"
