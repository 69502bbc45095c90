"""`/stores` and `/wallets`: payers who bring cash to a till, or answer in their wallet."""

from __future__ import annotations

from collections.abc import Awaitable
from decimal import Decimal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import ControlRefusal, answer, bad_value, not_found
from pasarela.control.bodies import body_as
from pasarela.control.plane import ControlPlane
from pasarela.core.payments.errors import NotInState, PaymentNotTaken, UnknownPayment
from pasarela.core.payments.model import Payment, Receipt, ReceiptOutcome
from pasarela.core.payments.rules import WAITING
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import BadAmount, Currency, Money

_REASONS = {
    ReceiptOutcome.LATE: ("late", "the reference has expired"),
    ReceiptOutcome.SHORT: ("short", "the amount is less than what is asked for"),
    ReceiptOutcome.OVER: ("over", "the amount is more than what is asked for"),
    ReceiptOutcome.SECOND: ("second", "the reference has been paid, or was cancelled"),
    ReceiptOutcome.NOBODY: ("unknown_reference", "nobody has this reference"),
}


class Cash(msgspec.Struct, forbid_unknown_fields=True):
    """Cash at a till; without an `amount`, what the charge asks for. `chain` is the store's, for the record."""

    reference: str
    amount: Decimal | None = None
    chain: str | None = None


class MoneyIn:
    """The handlers."""

    def __init__(self, plane: ControlPlane) -> None:
        self._desk = plane.money_in

    async def store_payment(self, request: Request) -> Response:
        """A convenience store takes cash, or the till refuses it (409 with the reason; nothing moves)."""
        body = await body_as(Cash, request)
        reference = body.reference.strip()
        asked = await self._desk.waiting(reference)
        if body.amount is not None:
            amount = _amount(body.amount)
        elif asked is not None:
            amount = asked.amount
        else:
            raise bad_value("amount", "this reference takes any amount", "say how much is paid in")
        return answer(await _shown(self._desk.pay_in_store(reference, amount, body.chain)))

    async def approve(self, request: Request) -> Response:
        """The payer approves in the wallet."""
        return answer(await _shown(self._desk.approve(await self._in_wallet(request))))

    async def reject(self, request: Request) -> Response:
        """The payer refuses in the wallet."""
        payment = await self._in_wallet(request)
        try:
            await self._desk.reject(payment)
        except NotInState as error:
            raise ControlRefusal(409, "not_waiting", str(error)) from error
        return answer({"charge_id": payment.payment_id, "outcome": "rejected"})

    async def _in_wallet(self, request: Request) -> Payment:
        charge_id = request.path_params["charge_id"]
        try:
            payment = await self._desk.by_reference(charge_id)
        except UnknownPayment as error:
            raise not_found(f"a wallet charge {charge_id!r}") from error
        if payment.instrument is not Instrument.WALLET:
            raise not_found(f"a wallet charge {charge_id!r}")
        if payment.status not in WAITING:
            raise ControlRefusal(409, "not_waiting", f"{charge_id} is {payment.status.value}")
        return payment


def _amount(asked: Decimal) -> Money:
    try:
        amount = Money.parse(str(asked), Currency.MXN)
    except BadAmount as error:
        raise bad_value("amount", f"{asked} is no amount", "send pesos with at most two decimals") from error
    if amount.minor <= 0:
        raise bad_value("amount", f"{asked} is no amount", "send more than zero")
    return amount


async def _shown(taking: Awaitable[Receipt]) -> dict[str, str | None]:
    try:
        receipt = await taking
    except PaymentNotTaken as error:
        code, message = _REASONS[error.outcome]
        raise ControlRefusal(409, code, message) from error
    return {
        "receipt_id": receipt.receipt_id,
        "outcome": receipt.outcome.value,
        "charge_id": receipt.payment_id,
        "amount": receipt.amount.text(),
    }
