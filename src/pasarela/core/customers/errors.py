"""Why a call about a customer is refused. Openpay's codes are named where the provider has one."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class UnknownCustomer(Refusal):
    """There is no such customer, or it was deleted."""

    rule = "customer.unknown"
    field = "customer_id"

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"The customer with id '{customer_id}' does not exist")
        self.customer_id = customer_id


class ExternalIdTaken(Refusal):
    """Another customer of this merchant has this external id.

    Openpay 2003.
    """

    rule = "customer.external_id_unique"
    field = "external_id"


class BalanceLeft(Refusal):
    """The customer has a balance, or money is on its way to or from his account."""

    rule = "customer.balance_is_zero"
    field = "balance"


class CustomerIdTaken(Refusal):
    """A customer with this id but other data stands there already."""

    rule = "idempotency.same_content"
