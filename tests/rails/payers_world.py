"""Rails by which payers come, reached in both ways: by a simulator, and by the door at which a network knocks."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import Secret
from pasarela.rails.doors import DoorSettings
from pasarela.rails.ivr.rail import PhoneDoor
from pasarela.rails.payers import (
    PhoneCall,
    PhoneRail,
    StorePayment,
    StoreRail,
    TillAccepts,
    TillAnswer,
    TillQuestion,
    TillRefusal,
    WalletAnswer,
    WalletRail,
)
from pasarela.rails.simulators.ivr import PhoneSimulator
from pasarela.rails.simulators.stores import StoreSimulator
from pasarela.rails.simulators.wallets import WalletSimulator
from pasarela.rails.stores.rail import StoreDoor
from pasarela.rails.wallets.rail import WalletDoor, WalletSettings

DOOR = DoorSettings("network", Secret("long-password"))
KNOCK = "Basic " + base64.b64encode(b"network:long-password").decode()
RETURNS = "https://wallet.example/returns"
Knocked = Callable[[str, str | None, bytes], Awaitable[tuple[int, bytes]]]


def mxn(minor: int) -> Money:
    return Money(minor, Currency.MXN)


def a_card() -> CardData:
    return CardData(Secret("4111111111111111"), "Ana Paz", Expiry(2029, 12), Secret("123"))


async def knock(received: Knocked, kind: str, **said: Any) -> dict[str, Any]:
    """A message at a door that must take it."""
    status, told = await received(kind, KNOCK, json.dumps(said).encode())
    assert status == 200, told
    answer: dict[str, Any] = json.loads(told)
    return answer


@dataclass
class StoreWorld:
    """`pay` brings cash to a till; what became of it."""

    rail: StoreRail
    pay: Callable[[TillQuestion], Awaitable[StorePayment | TillRefusal]]


def simulated_stores() -> StoreWorld:
    simulator = StoreSimulator()
    return StoreWorld(simulator, simulator.pay)


def stores_at_the_door() -> StoreWorld:
    door = StoreDoor(DOOR)

    async def pay(question: TillQuestion) -> StorePayment | TillRefusal:
        said = {"receipt_id": question.receipt_id, "reference": question.reference, "chain": question.chain}
        asked = said | ({"amount": question.amount.text()} if question.amount else {})
        answer = await knock(door.received, "questions", **asked)
        if not answer["accepted"]:
            return TillRefusal(answer["reason"])
        assert await knock(door.received, "payments", **said, amount=answer["amount"]) == {"stored": True}
        amount = Money.parse(answer["amount"], Currency.MXN)
        return StorePayment(question.receipt_id, question.reference, amount, question.chain)

    return StoreWorld(door, pay)


@dataclass
class Cashier:
    """Answers tills as a test says, and hears of what they took."""

    answer: TillAnswer = field(default_factory=lambda: TillAccepts(mxn(10_000)))
    asked: list[TillQuestion] = field(default_factory=list)
    taken: list[StorePayment] = field(default_factory=list)

    def at(self, rail: StoreRail) -> None:
        rail.on_question(self.question)
        rail.on_payment(self.payment)

    async def question(self, question: TillQuestion) -> TillAnswer:
        self.asked.append(question)
        return self.answer

    async def payment(self, payment: StorePayment) -> None:
        self.taken.append(payment)


@dataclass
class WalletWorld:
    """`answer` is a payer's; `back` holds what the wallet took back, and `away` makes it take nothing."""

    rail: WalletRail
    answer: Callable[[WalletAnswer], Awaitable[None]]
    back: Callable[[], dict[str, Money]]


def simulated_wallet() -> WalletWorld:
    simulator = WalletSimulator()
    return WalletWorld(simulator, simulator.answer, lambda: simulator.given_back)


@dataclass
class Returns:
    """The wallet's address for what goes back; `status` is its answer, `None` none at all."""

    status: int | None = 200
    posted: list[tuple[str, dict[str, Any], str, str]] = field(default_factory=list)

    async def __call__(self, url: str, body: bytes, user: str, password: str) -> int | None:
        self.posted.append((url, json.loads(body), user, password))
        return self.status


def wallet_door(returns: Returns) -> WalletDoor:
    return WalletDoor(WalletSettings(DOOR, RETURNS), returns)


def wallet_at_the_door() -> WalletWorld:
    returns = Returns()
    door = wallet_door(returns)

    async def answer(answer: WalletAnswer) -> None:
        said: dict[str, Any] = {"answer_id": answer.answer_id, "reference": answer.reference}
        said["approved"] = answer.amount is not None
        if answer.amount is not None:
            said["amount"] = answer.amount.text()
        await knock(door.received, "answers", **said)

    def back() -> dict[str, Money]:
        return {body["answer_id"]: Money.parse(body["amount"], Currency.MXN) for _, body, _, _ in returns.posted}

    return WalletWorld(door, answer, back)


@dataclass
class PhoneWorld:
    """`call` is a payer's."""

    rail: PhoneRail
    call: Callable[[PhoneCall], Awaitable[None]]


def simulated_phone() -> PhoneWorld:
    simulator = PhoneSimulator()
    return PhoneWorld(simulator, simulator.call)


def typed(call: PhoneCall) -> dict[str, Any]:
    """A call as a network tells it."""
    card = call.card
    return {
        "call_id": call.call_id,
        "reference": call.reference,
        "key": call.key,
        "card": {
            "card_number": card.pan.reveal(),
            "holder_name": card.holder_name,
            "expiration_month": f"{card.expiry.month:02d}",
            "expiration_year": str(card.expiry.year),
            "cvv2": card.cvv.reveal() if card.cvv else "",
        },
    }


def phone_at_the_door() -> PhoneWorld:
    door = PhoneDoor(DOOR)

    async def call(call: PhoneCall) -> None:
        await knock(door.received, "calls", **typed(call))

    return PhoneWorld(door, call)
