"""What people do in a sandbox in the place of payers: bring cash to tills, answer in wallets, call.

Each does it on its rail, so that it goes the way of the real thing; here it is only waited for.
"""

from __future__ import annotations

import asyncio

from pasarela.core.payments.errors import NotInState, PaymentNotTaken, UnknownPayment
from pasarela.core.payments.model import Payment, Receipt, ReceiptOutcome
from pasarela.core.payments.phone_calls import SOURCE as CALLS
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.payments.tills import SOURCE as CASH
from pasarela.core.payments.wallet_answers import GIVEN_BACK, REJECTED, receipt_id
from pasarela.core.payments.wallet_answers import SOURCE as ANSWERS
from pasarela.entry.payers import SimulatedWorld
from pasarela.infra.inbox import Inbox
from pasarela.kernel.cards import CardData
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Money
from pasarela.rails.payers import PhoneCall, TillQuestion, TillRefusal, WalletAnswer

HANDLED_SECONDS_MAX = 20
POLL_SECONDS = 0.01

_OUTCOMES = {
    TillRefusal.LATE: ReceiptOutcome.LATE,
    TillRefusal.SHORT: ReceiptOutcome.SHORT,
    TillRefusal.OVER: ReceiptOutcome.OVER,
    TillRefusal.SECOND: ReceiptOutcome.SECOND,
    TillRefusal.UNKNOWN_REFERENCE: ReceiptOutcome.NOBODY,
    TillRefusal.AMOUNT_NEEDED: ReceiptOutcome.SHORT,
}


class SimulatedPayers:
    """Raises `TimeoutError` when no worker handles what a payer did."""

    def __init__(self, world: SimulatedWorld, inbox: Inbox, payments: PaymentQueries, ids: IdSource) -> None:
        self._world = world
        self._inbox = inbox
        self._payments = payments
        self._ids = ids

    async def waiting(self, reference: str) -> Payment | None:
        """The payment that bears `reference`, whatever its state."""
        try:
            return await self.by_reference(reference)
        except UnknownPayment:
            return None

    async def by_reference(self, reference: str) -> Payment:
        """The same. Raises `UnknownPayment`."""
        return await self._payments.by_reference(reference)

    async def pay_in_store(self, reference: str, amount: Money, chain: str | None) -> Receipt:
        """Somebody brings cash to a till. Raises `PaymentNotTaken`; then nothing has happened."""
        receipt = f"store-{self._ids.fresh('s')}"
        taken = await self._world.till.pay(TillQuestion(receipt, reference, amount, chain))
        if isinstance(taken, TillRefusal):
            raise PaymentNotTaken(_OUTCOMES[taken], None)
        await self._handled(CASH, receipt)
        return await self._receipt(receipt)

    async def approve(self, payment: Payment) -> Receipt:
        """The payer of a wallet payment approves. Raises `PaymentNotTaken`: the wallet got the money back."""
        await self._world.wallet.answer(WalletAnswer(payment.payment_id, payment.payment_id, payment.amount))
        word = await self._handled(ANSWERS, payment.payment_id)
        if word.startswith(GIVEN_BACK):
            raise PaymentNotTaken(ReceiptOutcome(word.removeprefix(f"{GIVEN_BACK}: ")), payment.payment_id)
        return await self._receipt(receipt_id(payment.payment_id))

    async def reject(self, payment: Payment) -> None:
        """The payer of a wallet payment refuses. Raises `NotInState`."""
        answer_id = f"{payment.payment_id}-rejected"
        await self._world.wallet.answer(WalletAnswer(answer_id, payment.payment_id, None))
        if await self._handled(ANSWERS, answer_id) != REJECTED:
            now = await self.by_reference(payment.payment_id)
            raise NotInState(now.payment_id, now.status.value, "decline")

    async def call(self, payment: Payment, key: str, card: CardData) -> str:
        """The payer of a charge by telephone calls; what he hears, a word of `core.payments.phone_calls`."""
        call_id = self._ids.fresh("call")
        await self._world.phone.call(PhoneCall(call_id, payment.payment_id, key, card))
        return await self._handled(CALLS, call_id)

    async def _receipt(self, name: str) -> Receipt:
        receipt = await self._payments.receipt(name)
        assert receipt is not None, "what was handled has its receipt"
        return receipt

    async def _handled(self, source: str, message_id: str) -> str:
        async with asyncio.timeout(HANDLED_SECONDS_MAX):
            while (word := await self._inbox.outcome(source, message_id)) is None:  # noqa: ASYNC110 - another process
                await asyncio.sleep(POLL_SECONDS)
        return word
