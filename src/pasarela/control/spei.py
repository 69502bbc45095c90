"""`/spei`: money that other banks send us, and what they answer to the orders that we send them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import ControlRefusal, answer, bad_value, instant, not_found
from pasarela.control.bodies import body_as
from pasarela.control.plane import ControlPlane
from pasarela.core.payouts.errors import NotInState, UnknownPayout
from pasarela.core.payouts.model import Payout
from pasarela.kernel import clabe as clabes
from pasarela.kernel.money import BadAmount, Currency, Money

REASON = "Cuenta inexistente"
CONCEPT = "Transferencia"

_SENDER = msgspec.Meta(min_length=1, max_length=40)


class Sender(msgspec.Struct, forbid_unknown_fields=True):
    """Who sends the money; what is not said is made up."""

    name: Annotated[str, _SENDER] | None = None
    clabe: str | None = None
    rfc: Annotated[str, msgspec.Meta(min_length=1, max_length=18)] | None = None


class Deposit(msgspec.Struct, forbid_unknown_fields=True):
    """An incoming transfer. `reference` has up to seven digits, or up to 20 where the CLABE is an agreement's."""

    clabe: str
    amount: Decimal
    reference: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,20}$")] | None = None
    concept: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] = CONCEPT
    sender: Sender | None = None
    tracking_key: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9]{1,30}$")] | None = None


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    """What the other bank says when it gives money back."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=120)] = REASON


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """There is nothing to say."""


class Spei:
    """The handlers."""

    def __init__(self, plane: ControlPlane) -> None:
        self._desk = plane.spei

    async def deposit(self, request: Request) -> Response:
        """Answers with the transfer's tracking key, as soon as it was told to the platform."""
        body = await body_as(Deposit, request)
        sender = body.sender or Sender()
        for field, value in (("clabe", body.clabe), ("sender.clabe", sender.clabe)):
            if value is not None and not clabes.valid(value):
                raise bad_value(field, f"{value!r} is not a CLABE", "send 18 digits, the last of them a check digit")
        key = await self._desk.deposit(
            clabe=body.clabe,
            amount=_amount(body.amount),
            reference=body.reference,
            concept=body.concept,
            sender_name=sender.name,
            sender_clabe=sender.clabe,
            sender_tax_id=sender.rfc,
            tracking_key=body.tracking_key,
        )
        return answer({"tracking_key": key})

    async def settle(self, request: Request) -> Response:
        await body_as(Nothing, request)
        try:
            return answer(_told(await self._desk.settle(request.path_params["order_id"])))
        except (UnknownPayout, NotInState) as refused:
            raise _refusal(refused, request) from refused

    async def give_back(self, request: Request) -> Response:
        body = await body_as(Answer, request)
        try:
            return answer(_told(await self._desk.give_back(request.path_params["order_id"], body.reason)))
        except (UnknownPayout, NotInState) as refused:
            raise _refusal(refused, request) from refused


def _amount(given: Decimal) -> Money:
    try:
        amount = Money.parse(str(given), Currency.MXN)
    except BadAmount as error:
        raise bad_value("amount", f"{given} is not an amount", "send pesos with two decimals: 100.50") from error
    if amount.minor <= 0:
        raise bad_value("amount", "nothing would move", "send more than zero")
    return amount


def _refusal(refused: UnknownPayout | NotInState, request: Request) -> ControlRefusal:
    if isinstance(refused, UnknownPayout):
        name = request.path_params["order_id"]
        return not_found(f"the order or payout {name!r}", "name a payout's id or its order's tracking key")
    return ControlRefusal(409, "state", str(refused), fix="read the payout: it has ended, or the bank has answered")


def _told(payout: Payout) -> dict[str, object]:
    return {
        "payout": payout.payout_id,
        "order": payout.tracking_key,
        "status": payout.status.value,
        "reason": payout.failure,
        "amount": payout.amount.text(),
        "operated_at": instant(payout.operated_at),
    }
