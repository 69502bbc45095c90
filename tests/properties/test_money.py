"""All that moves a merchant's and his customers' money, in any order, over HTTP on a real database.

After every step each account that has a floor is above it, counted anew from the transfers; every currency sums to
zero; what the API says of balances is what the ledger says, and what the customers' book says. At the end the ledger
re-derives everything.
"""

from __future__ import annotations

import itertools
from contextlib import AsyncExitStack

import asyncpg
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from pasarela.core.ledger.chart import currency_of, floor_of
from tests.factories.background_loop import BackgroundLoop
from tests.factories.shops import new_shop
from tests.factories.tables import until
from tests.fixtures_postgres import PostgresServer
from tests.fixtures_server import SandboxServer, running_sandbox
from tests.properties.effort import effort
from tests.properties.money_book import Customer, MoneyBook
from tests.properties.money_calls import IN_ANY_CURRENCY, IN_PESOS, NO_WISH, Merchant

# By account of one tenant: what is posted, and what pending transfers would still take.
ACCOUNTS = """
SELECT leg.account,
       coalesce(sum(leg.amount) FILTER (WHERE t.phase = 'posted'), 0)::bigint AS posted,
       coalesce(sum(-leg.amount) FILTER (WHERE t.phase = 'pending' AND leg.amount < 0 AND s.settles IS NULL), 0)::bigint
           AS pending_out
FROM ledger_transfers t
CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS leg (account, amount)
LEFT JOIN ledger_transfers s ON (s.tenant_id, s.settles) = (t.tenant_id, t.transfer_id)
WHERE t.tenant_id = $1 GROUP BY leg.account
"""
UNHANDLED = "SELECT count(*) FROM inbox WHERE handled_at IS NULL"

amounts = st.sampled_from([5_000, 20_000, 101, 100, 60_000])
parts = st.sampled_from([None, None, 1, 5_000, 50_001])
owners = st.sampled_from([0, 1, 2, None])
differences = st.sampled_from([0, 0, 0, -1, 100])


class MoneyMachine(RuleBasedStateMachine):
    """Steps are calls and what others do; one merchant for each example, all on one sandbox."""

    def __init__(self, loop: BackgroundLoop, sandbox: SandboxServer, owner: asyncpg.Connection) -> None:
        super().__init__()
        self._loop = loop
        self._sandbox = sandbox
        self._owner = owner
        self._stack = AsyncExitStack()
        shop = loop.run(self._stack.enter_async_context(new_shop(sandbox, "Money")))
        self.merchant = Merchant(shop, sandbox.control)

    @property
    def book(self) -> MoneyBook:
        return self.merchant.book

    @initialize()
    def begin(self) -> None:
        self._loop.run(self.merchant.begin())

    @rule(data=st.data(), owner=owners, amount=amounts, capture=st.booleans())
    def charge(self, data: st.DataObject, owner: int | None, amount: int, capture: bool) -> None:
        """In another currency only for the merchant, whose credit nobody foretells here."""
        customer = self._customer(owner)
        wishes = IN_PESOS if customer is not None and customer.has_account else IN_ANY_CURRENCY
        wish = data.draw(st.sampled_from(wishes)) if capture else NO_WISH
        self._loop.run(self.merchant.charge(customer, amount, capture=capture, wish=wish))

    @rule(data=st.data(), part=parts, difference=differences, back=st.booleans())
    def go_on_with_a_charge(self, data: st.DataObject, part: int | None, difference: int, back: bool) -> None:
        """Whatever its state: also what must be refused."""
        charge = data.draw(st.sampled_from(self.book.charges))
        if charge.waiting or (charge.reference and not back):
            self._loop.run(self.merchant.pay(charge, difference))
            self._loop.run(self._inbox_is_empty())
        elif charge.held and not back:
            self._loop.run(self.merchant.capture(charge, part))
        else:
            self._loop.run(self.merchant.refund(charge, part))

    @rule(owner=owners, method=st.sampled_from(["store", "bank_account"]), amount=amounts)
    def ask_to_pay(self, owner: int | None, method: str, amount: int) -> None:
        self._loop.run(self.merchant.ask_to_pay(self._customer(owner), method, amount))

    @rule(owner=st.sampled_from([0, 1, 2]), amount=amounts, cash=st.booleans())
    def deposit(self, owner: int, amount: int, cash: bool) -> None:
        self._loop.run(self.merchant.deposit(self.book.customers[owner], amount, cash=cash))
        self._loop.run(self._inbox_is_empty())

    @rule(payer=st.sampled_from([0, 1]), to=st.sampled_from(["other", "merchant", "self"]), amount=amounts)
    def move(self, payer: int, to: str, amount: int) -> None:
        """As a transfer, or as a fee."""
        customers = self.book.customers
        if to == "merchant":
            self._loop.run(self.merchant.fee(customers[payer], amount))
        else:
            payee = customers[payer if to == "self" else 1 - payer]
            self._loop.run(self.merchant.transfer(customers[payer], payee, amount))

    @rule(data=st.data())
    def refund_fee(self, data: st.DataObject) -> None:
        self._loop.run(self.merchant.refund_fee(data.draw(st.sampled_from(self.book.fees))))

    @rule(owner=st.sampled_from([0, 1, None]), amount=amounts)
    def payout(self, owner: int | None, amount: int) -> None:
        self._loop.run(self.merchant.payout(self._customer(owner), amount))

    @rule(data=st.data(), word=st.sampled_from(["cancel", "settle", "return"]))
    def end_payout(self, data: st.DataObject, word: str) -> None:
        payout = data.draw(st.sampled_from(list(self.book.payouts.values())))
        ending = self.merchant.cancel(payout) if word == "cancel" else self.merchant.other_bank(payout, word)
        self._loop.run(ending)

    @rule(days=st.sampled_from([1, 3, 8]), owner=st.sampled_from([0, 1, None]), settle=st.booleans())
    def wait(self, days: int, owner: int | None, settle: bool) -> None:
        """Perhaps with a plan by which a balance is paid out."""
        if settle:
            self._loop.run(self.merchant.settle_by_itself(self._customer(owner)))
        self._loop.run(self.merchant.wait(days))

    @invariant()
    def the_ledger_holds_and_the_api_says_so(self) -> None:
        self._loop.run(self._compare())

    def teardown(self) -> None:
        try:
            told = self._loop.run(self._sandbox.control.get("ledger/verify")).json()
            assert (told["balanced"], told["problems"]) == (True, [])
        finally:
            self._loop.run(self._stack.aclose())

    def _customer(self, owner: int | None) -> Customer | None:
        return None if owner is None else self.book.customers[owner]

    async def _inbox_is_empty(self) -> None:
        """Transfers are stored first; a worker takes them from there."""

        async def empty() -> bool:
            return bool(await self._owner.fetchval(UNHANDLED) == 0)

        await until(empty)

    async def _compare(self) -> None:
        shop = self.merchant.shop
        accounts = {row["account"]: row for row in await self._owner.fetch(ACCOUNTS, shop.tenant_id)}
        free = {name: row["posted"] - row["pending_out"] for name, row in accounts.items()}
        for name, amount in free.items():
            floor = floor_of(name)
            assert floor is None or amount >= floor, f"{name} is at {amount}"
        for _, rows in itertools.groupby(sorted(accounts, key=currency_of), key=currency_of):
            assert sum(accounts[name]["posted"] for name in rows) == 0

        merchant = await shop.done("GET", shop.root)
        assert round(merchant["balance"] * 100) == free.get("merchant_payable.MXN", 0)
        told = {each["id"]: each["balance"] for each in await shop.done("GET", f"{shop.root}/customers")}
        for customer in self.book.with_accounts:
            owned = free.get(f"customer_balance/{customer.customer_id}.MXN", 0)
            assert round(told[customer.customer_id] * 100) == owned == customer.balance


def test_money(loop: BackgroundLoop, postgres_server: PostgresServer, demo_template: str) -> None:
    name = f"money_{id(loop)}"
    url = postgres_server.create_database(name, demo_template)
    stack = AsyncExitStack()
    try:
        sandbox = loop.run(stack.enter_async_context(running_sandbox(url)))
        owner = loop.run(asyncpg.connect(url))
        stack.push_async_callback(owner.close)

        class Machine(MoneyMachine):
            def __init__(self) -> None:
                super().__init__(loop, sandbox, owner)

        run_state_machine_as_test(Machine, settings=effort(examples=20, steps=20))
    finally:
        loop.run(stack.aclose())
        postgres_server.drop_database(name)
