"""A customer's store reference and the name of his account. Pure."""

from __future__ import annotations

from pasarela.core.customers.model import Customer, NewCustomer
from pasarela.core.ledger.chart import AccountKind, owned_account
from pasarela.core.ledger.model import Balance
from pasarela.kernel import base10
from pasarela.kernel.ids import base36
from pasarela.kernel.money import Currency

ACCOUNT_CURRENCY = Currency.MXN
"""Customers' accounts are in pesos; what they pay in dollars is credited at the day's rate."""

REFERENCE_PREFIX = "OPENPAY"
_SERIAL_WIDTH = 9


def balance_account(customer_id: str) -> str:
    """The ledger's name for the customer's account."""
    return owned_account(AccountKind.CUSTOMER_BALANCE, customer_id, ACCOUNT_CURRENCY)


def store_reference(serial: int) -> str:
    """The reference number `serial` as stores take it: prefix, nine characters of base 36, check digit."""
    assert 0 <= serial < 36**_SERIAL_WIDTH, "a reference has room for nine characters"
    body = REFERENCE_PREFIX + base36(serial, _SERIAL_WIDTH + 1)[1:].upper()
    return body + base10.check_digit(body)


def may_be_deleted(balance: Balance | None) -> bool:
    """Whether nothing lies on the account and nothing is on its way (`None`: nothing ever was)."""
    return balance is None or not (balance.posted or balance.pending_in or balance.pending_out)


def same(customer: Customer, new: NewCustomer) -> bool:
    """Whether `customer` is what creating `new` once more would make."""
    return (
        customer.external_id,
        customer.name,
        customer.last_name,
        customer.email,
        customer.phone_number,
        customer.address,
        customer.has_account,
    ) == (
        new.external_id,
        new.name,
        new.last_name,
        new.email,
        new.phone_number,
        new.address,
        new.has_account,
    )
