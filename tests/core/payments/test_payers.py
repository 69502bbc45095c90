"""Tills, wallets and the telephone: what payers do on their rails, from the rail to the payment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from pasarela.core.context import Caller
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.model import NewCustomer
from pasarela.core.customers.queries import Customers
from pasarela.core.payments.callers import Callers
from pasarela.core.payments.collect import Collect, MoneyToReturn
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.model import ConfirmBy, Payment, PaymentStatus, RequestPayment
from pasarela.core.payments.phone_calls import SOURCE as CALLS
from pasarela.core.payments.phone_calls import PhoneCalls
from pasarela.core.payments.tills import PROMISE_LIFE, Tills
from pasarela.core.payments.tills import SOURCE as CASH
from pasarela.core.payments.wallet_answers import SOURCE as ANSWERS
from pasarela.core.payments.wallet_answers import WalletAnswers
from pasarela.core.tenants.queries import Tenants
from pasarela.infra.database import Tx
from pasarela.infra.due_runner import DueRunner
from pasarela.infra.due_work import DueWork
from pasarela.infra.inbox import Inbox
from pasarela.infra.outbox import Outbox
from pasarela.kernel.decline import Decline
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument
from pasarela.rails.payers import PhoneCall, StorePayment, TillAccepts, TillQuestion, TillRefusal, WalletAnswer
from pasarela.rails.simulators.ivr import PhoneSimulator
from pasarela.rails.simulators.stores import StoreSimulator
from pasarela.rails.simulators.wallets import WalletSimulator
from tests.factories.cards import card
from tests.factories.payments import World, mxn
from tests.factories.tables import rows
from tests.fakes.card_rail import ScriptedRail, declined

DAY = timedelta(days=1)
KEY = "676105"
EVERYTHING = "SELECT row_to_json(t)::text AS text FROM {table} t"


async def no_return(tx: Tx, money: MoneyToReturn) -> None:
    raise AssertionError("nothing goes back by transfer here")


class Rails:
    """The simulators, with the core behind them and a worker that works when it is told to."""

    def __init__(self, world: World, merchant: Caller) -> None:
        self.world, self.merchant = world, merchant
        self.stores, self.wallets, self.phone = StoreSimulator(), WalletSimulator(), PhoneSimulator()
        database, clock, ids, due = world.database, world.clock, IdSource(world.clock), DueWork()
        tenants, customers, payments = Tenants(database), Customers(database), world.payments
        collect = Collect(database, customers, tenants, Fees(tenants), no_return, Outbox(), due, ids)
        self.inbox = Inbox(database, due, clock)
        self.tills = Tills(database, self.stores, self.inbox, collect, customers, clock)
        answers = WalletAnswers(self.wallets, self.inbox, collect, payments.decline_waiting, clock)
        calls = PhoneCalls(
            self.phone, self.inbox, world.create_token, payments.pay_waiting, payments.fail_waiting, payments.queries,
            Callers(tenants), ids,
        )  # fmt: skip  # what it is built of
        handlers = {CASH: self.tills.handle, ANSWERS: answers.handle, CALLS: calls.handle}
        self.due = DueRunner(database, due, clock, self.inbox.handlers(handlers))

    async def work(self) -> None:
        while items := await self.due.claim(16):
            for item in items:
                assert (await self.due.run(item)).error is None

    async def ask(self, instrument: Instrument, **fields: Any) -> Payment:
        payment_id = self.world.fresh("tr")
        asked: Mapping[str, Any] = {
            "amount": mxn(10_000), "due_at": self.world.clock.at + DAY, "reference": payment_id, **fields,
        }  # fmt: skip  # one command
        return await self.world.payments.request(self.merchant, RequestPayment(payment_id, instrument, **asked))

    async def pay(self, payment: Payment, amount: int | None = None, receipt: str = "r1") -> StorePayment | TillRefusal:
        wanted = mxn(amount) if amount is not None else None
        return await self.stores.pay(TillQuestion(receipt, payment.reference or "", wanted))

    async def call(self, payment: Payment, key: str = KEY, call_id: str = "call1") -> str | None:
        await self.phone.call(PhoneCall(call_id, payment.payment_id, key, card()))
        await self.work()
        return await self.inbox.outcome(CALLS, call_id)

    async def status(self, payment: Payment) -> PaymentStatus:
        return (await self.world.get(self.merchant, payment)).status


@pytest.fixture
def rails(world: World, merchant: Caller) -> Rails:
    return Rails(world, merchant)


async def test_cash_completes_what_it_was_asked_for(rails: Rails, world: World, merchant: Caller) -> None:
    payment = await rails.ask(Instrument.STORE)
    assert isinstance(await rails.pay(payment), StorePayment)
    assert await rails.status(payment) is PaymentStatus.REQUESTED
    await rails.work()
    assert await rails.status(payment) is PaymentStatus.COMPLETED
    assert (await world.balances(merchant))["store_clearing.MXN"] == -10_000
    assert await rails.pay(payment, receipt="r2") is TillRefusal.SECOND


@pytest.mark.parametrize(("amount", "reason"), [(9_999, TillRefusal.SHORT), (10_001, TillRefusal.OVER)])
async def test_a_till_refuses_another_amount(rails: Rails, world: World, amount: int, reason: TillRefusal) -> None:
    payment = await rails.ask(Instrument.STORE)
    assert await rails.pay(payment, amount) is reason
    assert await rows(world.database, "SELECT 1 FROM payment_receipts UNION ALL SELECT 1 FROM inbox") == []


async def test_a_till_refuses_what_is_late_or_for_nobody(rails: Rails, world: World) -> None:
    payment, wallet = await rails.ask(Instrument.STORE), await rails.ask(Instrument.WALLET)
    assert await rails.pay(wallet) is TillRefusal.UNKNOWN_REFERENCE
    assert await rails.stores.pay(TillQuestion("r1", "NOBODY", mxn(5))) is TillRefusal.UNKNOWN_REFERENCE
    world.clock.at += DAY + timedelta(seconds=1)
    assert await rails.pay(payment) is TillRefusal.LATE
    await world.run_due()
    assert await rails.pay(payment) is TillRefusal.LATE


async def test_of_two_tills_at_once_one_takes_the_cash(rails: Rails, world: World, merchant: Caller) -> None:
    payment = await rails.ask(Instrument.STORE)
    taken = await asyncio.gather(*(rails.pay(payment, receipt=f"r{n}") for n in range(5)))
    assert sorted(type(one).__name__ for one in taken) == ["StorePayment", *["TillRefusal"] * 4]
    await rails.work()
    assert (await world.balances(merchant))["store_clearing.MXN"] == -10_000


async def test_a_till_that_never_comes_back_blocks_nobody_for_long(rails: Rails, world: World) -> None:
    payment = await rails.ask(Instrument.STORE)
    question = TillQuestion("r1", payment.reference or "", mxn(10_000))
    for _ in range(2):
        assert await rails.tills.asked(question) == TillAccepts(mxn(10_000))
    assert await rails.pay(payment, receipt="r2") is TillRefusal.SECOND
    world.clock.at += PROMISE_LIFE
    assert isinstance(await rails.pay(payment, receipt="r3"), StorePayment)


async def test_a_customers_reference_takes_any_amount(rails: Rails, world: World, merchant: Caller) -> None:
    new = NewCustomer(world.fresh("a"), "Ana", has_account=True)
    owner = await CreateCustomer(world.database, world.clock)(merchant, new)
    question = TillQuestion("r1", owner.store_reference)
    assert await rails.stores.pay(question) is TillRefusal.AMOUNT_NEEDED
    await rails.stores.pay(TillQuestion("r1", owner.store_reference, mxn(777)))
    await rails.work()
    assert (await world.balances(merchant))[f"customer_balance/{owner.customer_id}.MXN"] == 777


async def test_a_wallet_approves_once(rails: Rails, world: World, merchant: Caller) -> None:
    payment = await rails.ask(Instrument.WALLET)
    answer = WalletAnswer("w1", payment.payment_id, mxn(10_000))
    for _ in range(2):
        await rails.wallets.answer(answer)
    await rails.work()
    assert await rails.status(payment) is PaymentStatus.COMPLETED
    await rails.wallets.answer(WalletAnswer("w2", payment.payment_id, mxn(10_000)))
    await rails.work()
    assert rails.wallets.given_back == {"w2": mxn(10_000)}
    assert (await world.balances(merchant))["wallet_clearing.MXN"] == -10_000


async def test_a_wallet_refuses(rails: Rails) -> None:
    payment = await rails.ask(Instrument.WALLET)
    await rails.wallets.answer(WalletAnswer("w1", payment.payment_id, None))
    await rails.wallets.answer(WalletAnswer("w2", payment.payment_id, None))
    await rails.work()
    assert await rails.status(payment) is PaymentStatus.DECLINED
    assert [await rails.inbox.outcome(ANSWERS, each) for each in ("w1", "w2")] == ["rejected", "stands"]


async def by_phone(rails: Rails) -> Payment:
    return await rails.ask(Instrument.CARD, confirm=ConfirmBy.IVR, details={"ivr_key": KEY})


async def test_a_call_pays(rails: Rails, world: World, rail: ScriptedRail) -> None:
    payment = await by_phone(rails)
    assert await rails.call(payment) == "completed"
    assert await rails.call(payment) == "completed"
    paid = await world.get(rails.merchant, payment)
    assert (paid.status, paid.tries) == (PaymentStatus.COMPLETED, 1)
    assert rail.kinds() == ["sale"]
    assert rail.sent[0].card.cvv == card().cvv
    assert await rails.call(payment, call_id="call2") == "not waiting"


async def test_a_call_leaves_no_card_behind(rails: Rails, world: World) -> None:
    await rails.call(await by_phone(rails))
    for table in ("inbox", "payments", "payment_tries", "payment_attempts", "due_work", "outbox_events"):
        for row in await rows(world.database, EVERYTHING.format(table=table)):
            assert "4111111111111111" not in row["text"]
            assert '"123"' not in row["text"]


async def test_three_wrong_keys_end_the_charge(rails: Rails, world: World, rail: ScriptedRail) -> None:
    payment = await by_phone(rails)
    for number, status in ((1, PaymentStatus.PENDING), (2, PaymentStatus.PENDING), (3, PaymentStatus.DECLINED)):
        assert await rails.call(payment, "111111", f"call{number}") == "wrong key"
        after = await world.get(rails.merchant, payment)
        assert (after.status, after.tries, after.decline) == (status, number, Decline.WRONG_PIN)
    assert await rails.call(payment, call_id="call4") == "not waiting"
    assert rail.sent == []


async def test_keys_and_cards_share_the_tries(rails: Rails, world: World, rail: ScriptedRail) -> None:
    payment = await by_phone(rails)
    rail.will(declined(Decline.INSUFFICIENT_FUNDS, "51"))
    assert await rails.call(payment, call_id="call1") == "declined"
    assert await rails.call(payment, "111111", "call2") == "wrong key"
    assert await rails.call(payment, call_id="call3") == "completed"
    assert (await world.get(rails.merchant, payment)).tries == 3


async def test_a_call_pays_nothing_else(rails: Rails, world: World, rail: ScriptedRail) -> None:
    on_page = await rails.ask(Instrument.CARD, confirm=ConfirmBy.PAGE, details={"ivr_key": KEY})
    assert await rails.call(on_page) == "not waiting"
    late = await by_phone(rails)
    world.clock.at += DAY
    assert await rails.call(late, call_id="call2") == "not waiting"
    await rails.phone.call(PhoneCall("call3", "trnobody", KEY, card()))
    assert await rails.inbox.outcome(CALLS, "call3") is None
    assert rail.sent == []
