"""The calls of one merchant whose money is tried: each asks the API, checks how it must answer, and keeps the book."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import httpx

from pasarela.facades.openpay.profile import OPENPAY
from pasarela.facades.openpay.wire.charges import ChargeBody
from tests.facades.openpay.bodies import CARD, changed
from tests.factories.shops import Shop, fresh_clabe
from tests.properties.money_book import Charge, Customer, Fee, MoneyBook, Payout

DONE, SHORT, REFUSED = 200, 4001, 1003

NO_WISH: Mapping[str, object] = MappingProxyType({})
CREDIT_CARD = changed(CARD, card_number="4242424242424242")
POINTS = ChargeBody.schema()["properties"]["use_card_points"]["anyOf"][0]["enum"]
IN_PESOS: list[Mapping[str, object]] = [
    NO_WISH,
    {"card": CREDIT_CARD, "payment_plan": {"payments": "6"}},
    *({"card": CREDIT_CARD, "use_card_points": word} for word in POINTS if word != "NONE"),
]
"""What a card charge can ask for beside its amount, as far as this server offers it."""
IN_ANY_CURRENCY = [*IN_PESOS, *({"currency": code} for code in OPENPAY.currencies if code != "MXN")]


def pesos(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def outcome(answer: httpx.Response) -> int:
    """200, or the error's code."""
    code: int = DONE if answer.status_code < 300 else answer.json()["error_code"]
    return code


class Merchant:
    """A shop with its customers, and `control` for what others do with their money."""

    def __init__(self, shop: Shop, control: httpx.AsyncClient) -> None:
        self.shop = shop
        self.book = MoneyBook()
        self._control = control

    async def begin(self) -> None:
        """Two customers with accounts and money on them, one without; and one of everything that can go on."""
        for has_account in (True, True, False):
            body = {"name": "Ana", "email": "ana@shop.mx", "requires_account": has_account}
            made = await self.shop.done("POST", f"{self.shop.root}/customers", body)
            self.book.customers.append(Customer(made["id"], made["clabe"], made["store"]["reference"], has_account))
        first, second, _ = self.book.customers
        for customer in (None, *self.book.customers):
            await self.charge(customer, 50_000, capture=True)
            await self.charge(customer, 30_000, capture=False)
        for method in ("store", "bank_account"):
            await self.ask_to_pay(first, method, 10_000)
        for owner in (None, second):
            await self.payout(owner, 10_000)
        await self.fee(first, 5_000)

    def at(self, customer: Customer | None) -> str:
        return self.shop.root if customer is None else f"{self.shop.root}/customers/{customer.customer_id}"

    # Money in.

    async def charge(
        self, customer: Customer | None, amount: int, *, capture: bool, wish: Mapping[str, object] = NO_WISH
    ) -> None:
        """A card with too few points may be refused; everything else is approved."""
        body = {**self._order("card", amount, capture), **wish}
        answer = await self.shop.call("POST", f"{self.at(customer)}/charges", body)
        if "use_card_points" in wish and outcome(answer) != DONE:
            assert answer.status_code in {402, 412, 422}, answer.text
            return
        assert outcome(answer) == DONE, answer.text
        charge = Charge(answer.json()["id"], customer, amount, held=not capture)
        self.book.charges.append(charge)
        if capture:
            self.book.completed(charge, amount)

    async def capture(self, charge: Charge, part: int | None) -> None:
        wanted = charge.amount if part is None else part
        answer = await self._about(charge, "capture", {} if part is None else {"amount": pesos(part)})
        allowed = charge.held and wanted <= charge.amount
        assert outcome(answer) == (DONE if allowed else REFUSED), answer.text
        if allowed:
            self.book.completed(charge, wanted)

    async def refund(self, charge: Charge, part: int | None) -> None:
        wanted = charge.left if part is None else part
        answer = await self._about(charge, "refund", {} if part is None else {"amount": pesos(part)})
        said = outcome(answer)
        if charge.held:
            assert said == DONE, answer.text
            charge.held = False
        elif not charge.refundable:
            assert said in {REFUSED, 3006}, answer.text
        elif charge.left == 0 or wanted > charge.left:
            assert said == REFUSED, answer.text
        else:
            enough = self.book.can_give(charge.customer, wanted)
            assert said in ({DONE, SHORT} if enough is None else {DONE} if enough else {SHORT}), answer.text
            if said == DONE:
                charge.left -= wanted
                self.book.credit(charge.customer, -wanted)

    async def ask_to_pay(self, customer: Customer | None, method: str, amount: int) -> None:
        made = await self.shop.done("POST", f"{self.at(customer)}/charges", self._order(method, amount))
        where = made["payment_method"]
        reference = where["reference" if method == "store" else "name"]
        self.book.charges.append(
            Charge(made["id"], customer, amount, waiting=True, reference=reference, refundable=False)
        )
        if method == "bank_account":
            self.book.charges[-1].reference = f"{where['clabe']} {reference}"

    async def pay(self, charge: Charge, difference: int) -> None:
        """What was asked for, more or less: a till takes only the very amount; by transfer too little goes back, and
        so does what is too much."""
        clabe, _, reference = charge.reference.rpartition(" ")
        amount = charge.amount + difference
        if clabe:
            body = {"clabe": clabe, "reference": reference, "amount": pesos(amount)}
            await self._done("spei/deposits", body)
            taken = charge.waiting and difference >= 0
        else:
            taken = charge.waiting and difference == 0
            answer = await self._control.post("stores/payments", json={"reference": reference, "amount": pesos(amount)})
            assert answer.status_code == (200 if taken else 409), answer.text
        if taken:
            self.book.completed(charge, charge.amount)

    async def deposit(self, customer: Customer, amount: int, *, cash: bool) -> None:
        body = {"amount": pesos(amount)}
        if cash:
            await self._done("stores/payments", {"reference": customer.reference, **body})
        else:
            await self._done("spei/deposits", {"clabe": customer.clabe, **body})
        self.book.credit(customer, amount)

    # Money among them.

    async def transfer(self, payer: Customer, payee: Customer, amount: int) -> None:
        body = {"customer_id": payee.customer_id, "amount": pesos(amount), "description": "Transferencia"}
        answer = await self.shop.call("POST", f"{self.at(payer)}/transfers", body)
        if amount <= 100 or payer is payee:
            assert outcome(answer) == REFUSED, answer.text
            return
        enough = self.book.can_give(payer, amount)
        assert outcome(answer) == (DONE if enough else SHORT), answer.text
        if enough:
            self.book.credit(payer, -amount)
            self.book.credit(payee, amount)

    async def fee(self, payer: Customer, amount: int) -> None:
        body = {"customer_id": payer.customer_id, "amount": pesos(amount), "description": "Comisión"}
        answer = await self.shop.call("POST", f"{self.shop.root}/fees", body)
        enough = self.book.can_give(payer, amount)
        assert outcome(answer) == (DONE if enough else SHORT), answer.text
        if enough:
            self.book.credit(payer, -amount)
            self.book.fees.append(Fee(answer.json()["id"], payer, amount))

    async def refund_fee(self, fee: Fee) -> None:
        answer = await self.shop.call("POST", f"{self.shop.root}/fees/{fee.fee_id}/refund", {})
        assert outcome(answer) in ({REFUSED} if fee.refunded else {DONE, SHORT}), answer.text
        if outcome(answer) == DONE:
            fee.refunded = True
            self.book.credit(fee.customer, fee.amount)

    # Money out.

    async def payout(self, customer: Customer | None, amount: int) -> None:
        account = {"clabe": fresh_clabe(), "holder_name": "Ana"}
        body = {"method": "bank_account", "bank_account": account, "amount": pesos(amount), "description": "Retiro"}
        answer = await self.shop.call("POST", f"{self.at(customer)}/payouts", body)
        enough = self.book.can_give(customer, amount)
        assert outcome(answer) in ({DONE, SHORT} if enough is None else {DONE} if enough else {SHORT}), answer.text
        if outcome(answer) == DONE:
            self._keep(answer.json(), customer, amount)

    async def cancel(self, payout: Payout) -> None:
        answer = await self.shop.call("DELETE", f"{self.at(payout.customer)}/payouts/{payout.payout_id}")
        assert outcome(answer) in {DONE, REFUSED}, answer.text
        if outcome(answer) == DONE:
            self._came_back(payout)

    async def other_bank(self, payout: Payout, word: str) -> None:
        """It settles the order or returns it; nobody asks it twice."""
        answer = await self._control.post(f"spei/orders/{payout.payout_id}/{word}", json={})
        assert answer.status_code in {200, 409}, answer.text
        if answer.status_code == 200 and answer.json()["status"] == "failed":
            self._came_back(payout)

    async def settle_by_itself(self, customer: Customer | None) -> None:
        plan = {"schedule": "daily", "clabe": fresh_clabe(), "holder_name": "Ana", "tenant": self.shop.account}
        await self._done("settlements", plan if customer is None else {**plan, "customer": customer.customer_id})

    async def wait(self, days: int) -> None:
        """Holds run out, batches leave, balances are paid out by themselves."""
        await self._done("clock", {"advance": f"P{days}D", "tenant": self.shop.account})
        for customer in (None, *self.book.with_accounts):
            path = f"{self.at(customer)}/payouts?payout_type=AUTOMATIC&limit=100"
            for made in await self.shop.done("GET", path):
                if made["id"] not in self.book.payouts:
                    self._keep(made, customer, round(made["amount"] * 100))
        for charge in self.book.charges:
            if charge.held or charge.waiting:
                read = await self.shop.done("GET", f"{self.at(charge.customer)}/charges/{charge.charge_id}")
                charge.held &= read["status"] == "in_progress"
                charge.waiting &= read["status"] == "in_progress"

    def _keep(self, made: Any, customer: Customer | None, amount: int) -> None:
        self.book.payouts[made["id"]] = Payout(made["id"], customer, amount)
        self.book.credit(customer, -amount)

    def _came_back(self, payout: Payout) -> None:
        assert payout.open, "it came back twice"
        payout.open = False
        self.book.credit(payout.customer, payout.amount)

    def _order(self, method: str, amount: int, capture: bool = True) -> dict[str, object]:
        body: dict[str, object] = {"method": method, "amount": pesos(amount), "description": "Cargo"}
        return {**body, "card": CARD, "capture": capture} if method == "card" else body

    async def _about(self, charge: Charge, verb: str, body: object) -> httpx.Response:
        return await self.shop.call("POST", f"{self.at(charge.customer)}/charges/{charge.charge_id}/{verb}", body)

    async def _done(self, path: str, body: object) -> Any:
        answer = await self._control.post(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()
