"""The demo data's bank accounts, transfers, fees and payouts, made by the core's verbs in the order of the file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pasarela.core.context import Caller
from pasarela.core.customers.model import Customer
from pasarela.core.customers.queries import Customers
from pasarela.core.payouts.answer_by_hand import OtherBanks
from pasarela.core.payouts.model import (
    ChargeFee,
    CreatePayout,
    InlineAccount,
    NewBankAccount,
    Schedule,
    SettlementPlan,
    TransferMoney,
)
from pasarela.core.payouts.slice import Payouts
from pasarela.kernel.money import Currency, Money

Step = Mapping[str, Any]
Pay = Callable[[Caller, Step, Customer | None], Awaitable[None]]


class MoneyOutSeeding:
    """`pay` makes a customer's card payment, which is where balances come from."""

    def __init__(self, payouts: Payouts, banks: OtherBanks, customers: Customers, pay: Pay) -> None:
        self._payouts = payouts
        self._by_hand = payouts.by_hand(banks)
        self._customers = customers
        self._pay = pay

    async def __call__(self, caller: Caller, steps: list[Step]) -> None:
        for step in steps:
            await self._step(caller, step)

    async def _step(self, caller: Caller, step: Step) -> None:
        match step["do"]:
            case "account":
                account = NewBankAccount(
                    step["id"], step["customer"], step["clabe"], step["holder_name"], step.get("alias")
                )
                await self._payouts.bank_accounts.register(caller, account)
            case "transfer":
                transfer = TransferMoney(
                    step["id"], step["customer"], step["to"], _money(step), step["description"], step["order_id"]
                )
                await self._payouts.transfer(caller, transfer)
            case "fee":
                fee = ChargeFee(step["id"], step["customer"], _money(step), step["description"], step.get("order_id"))
                await self._payouts.fees.charge(caller, fee)
            case "payment":
                customer = await self._customers.by_id(caller.tenant_id, step["customer"])
                await self._pay(caller, step, customer)
            case "payout":
                await self._payout(caller, step)
            case "sweep":
                await self._sweep(caller, step)
            case other:
                raise AssertionError(f"the demo data can't {other}")

    async def _payout(self, caller: Caller, step: Step) -> None:
        destination = InlineAccount(step["clabe"], step["holder_name"])
        command = CreatePayout(
            step["id"], step["customer"], _money(step), destination, step["description"], step.get("order_id")
        )
        await self._payouts.create(caller, command)
        await self._settled(step)

    async def _sweep(self, caller: Caller, step: Step) -> None:
        plan = SettlementPlan(caller.tenant_id, step["customer"], Schedule.DAILY, step["clabe"], step["holder_name"])
        swept = await self._payouts.settlement.sweep(
            plan, step["id"], order_id=step["order_id"], description=step["description"]
        )
        assert swept is not None, f"{step['id']} finds nothing to sweep"
        assert swept.amount == _money(step), f"{step['id']} is of another amount than the demo data say"
        await self._settled(step)

    async def _settled(self, step: Step) -> None:
        if step.get("settled", False):
            await self._by_hand.settle(step["id"])


def _money(step: Step) -> Money:
    return Money.parse(step["amount"], Currency.MXN)
