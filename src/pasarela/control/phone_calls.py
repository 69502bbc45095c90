"""`/ivr`: the payer on the telephone types the key of a charge and his card."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import ControlRefusal, answer, bad_value, not_found
from pasarela.control.bodies import body_as
from pasarela.control.plane import ControlPlane
from pasarela.core.context import Mode
from pasarela.core.payments import phone_calls as heard
from pasarela.core.payments.errors import UnknownPayment
from pasarela.core.payments.model import ConfirmBy, Payment
from pasarela.core.vault.rules import check
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.errors import Refusal
from pasarela.kernel.secret import Secret

_CENTURY = 2000

_REFUSALS = {
    heard.WRONG_KEY: ("wrong_key", "the key is not this charge's"),
    heard.DECLINED: ("declined", "the card was refused"),
    heard.NOT_WAITING: ("not_waiting", "nobody has to pay this charge (any more)"),
    heard.BUSY: ("busy", "somebody is paying this charge just now"),
    heard.UNKNOWN: ("unknown", "the card's issuer did not answer; whatever it did is being reversed"),
    heard.REFUSED: ("card_refused", "this card can't pay this charge"),
}


class PhoneCard(msgspec.Struct, forbid_unknown_fields=True):
    """The card, as the payer types it; month and year as numbers or as texts."""

    card_number: str
    expiration_month: str | int
    expiration_year: str | int
    cvv2: str
    holder_name: str = "PAYER BY TELEPHONE"


class Call(msgspec.Struct, forbid_unknown_fields=True):
    """A call. The key is printed as a number in the charge's `payment_method`."""

    ivr_key: str | int
    card: PhoneCard


class PhoneCalls:
    """The handler."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane

    async def call(self, request: Request) -> Response:
        """Answers when the payer has hung up: 200 when he has paid, 409 with the reason when not."""
        charge_id = request.path_params["charge_id"]
        payment = await self._charge(charge_id)
        body = await body_as(Call, request)
        card = _card(body.card, self._plane)
        word = await self._plane.money_in.call(payment, str(body.ivr_key), card)
        after = await self._charge(charge_id)
        if word in _REFUSALS:
            code, message = _REFUSALS[word]
            raise ControlRefusal(409, code, f"{message}; {after.tries} attempts so far")
        return answer({"charge_id": charge_id, "outcome": word, "attempts": after.tries})

    async def _charge(self, charge_id: str) -> Payment:
        try:
            payment = await self._plane.money_in.by_reference(charge_id)
        except UnknownPayment as error:
            raise not_found(f"a charge by telephone {charge_id!r}") from error
        if payment.confirm is not ConfirmBy.IVR:
            raise not_found(f"a charge by telephone {charge_id!r}")
        return payment


def _card(typed: PhoneCard, plane: ControlPlane) -> CardData:
    try:
        month, year = int(typed.expiration_month), int(typed.expiration_year) % 100 + _CENTURY
    except ValueError as error:
        raise bad_value("card.expiration_month", "month and year are numbers", 'send "12" and "29"') from error
    if not 1 <= month <= 12:
        raise bad_value("card.expiration_month", f"{month} is no month", "send 1 to 12")
    number, cvv = Secret(typed.card_number), Secret(typed.cvv2)
    today = plane.clock.now().date()
    try:
        return check(
            number, holder_name=typed.holder_name, expiry=Expiry(year, month), cvv=cvv, today=today, mode=Mode.TEST
        )
    except Refusal as refusal:
        raise bad_value("card", str(refusal), "send a card that can pay") from refusal
