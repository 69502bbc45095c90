"""What customers must have after every call, as their accountant would write it down from the API's answers alone.

Pesos in whole cents. Knows when a call must be refused for want of money; fees and the merchant's own balance are the
ledger's business, which the test asks in another way.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Customer:
    """`balance` is what he may spend; `clabe` and `reference` bring him money. Without an account it goes to the
    merchant."""

    customer_id: str
    clabe: str
    reference: str
    has_account: bool
    balance: int = 0


@dataclass
class Charge:
    """One that was accepted: `held` until it is captured or gives up, `waiting` for a payer, then `left` to refund."""

    charge_id: str
    customer: Customer | None
    amount: int
    held: bool = False
    waiting: bool = False
    left: int = 0
    reference: str = ""
    refundable: bool = True


@dataclass
class Payout:
    """`open` until it failed or was cancelled."""

    payout_id: str
    customer: Customer | None
    amount: int
    open: bool = True


@dataclass
class Fee:
    """Charged to a customer."""

    fee_id: str
    customer: Customer
    amount: int
    refunded: bool = False


@dataclass
class MoneyBook:
    """Everything of one merchant."""

    customers: list[Customer] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    payouts: dict[str, Payout] = field(default_factory=dict)
    fees: list[Fee] = field(default_factory=list)

    @property
    def with_accounts(self) -> list[Customer]:
        return [customer for customer in self.customers if customer.has_account]

    def credit(self, customer: Customer | None, amount: int) -> None:
        """Money for him, or for the merchant, whom nobody follows here. Negative: from him."""
        if customer is not None and customer.has_account:
            customer.balance += amount
            assert customer.balance >= 0, "it was given out although it was not there"

    def can_give(self, customer: Customer | None, amount: int) -> bool | None:
        """Whether the money is there; `None`: nobody knows here."""
        return customer.balance >= amount if customer is not None and customer.has_account else None

    def completed(self, charge: Charge, amount: int) -> None:
        charge.held = charge.waiting = False
        charge.amount = charge.left = amount
        self.credit(charge.customer, amount)
