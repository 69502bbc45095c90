"""What receipts can be made for, in memory, behind the dialects' port."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.customers.model import Customer
from pasarela.core.payments.errors import UnknownPayment
from pasarela.core.payments.model import Payment
from pasarela.core.tenants.errors import UnknownTenant
from pasarela.core.tenants.model import Tenant
from pasarela.facades.toolkit.ports import Payables


class FakePayables:
    """One tenant's payments and customers."""

    def __init__(self, tenant: Tenant) -> None:
        self.owner = tenant
        self.payments: list[Payment] = []
        self.customers: list[Customer] = []

    def port(self) -> Payables:
        return Payables(
            tenant=self.tenant,
            payment=self.payment,
            payment_by_reference=self.payment_by_reference,
            customer_by_reference=self.customer_by_reference,
        )

    async def tenant(self, api: str, account: str) -> Tenant:
        if (api, account) != (self.owner.api, self.owner.account):
            raise UnknownTenant
        return self.owner

    async def payment(self, caller: Caller, payment_id: str) -> Payment:
        for payment in self.payments:
            if (payment.tenant_id, payment.payment_id) == (caller.tenant_id, payment_id):
                return payment
        raise UnknownPayment

    async def payment_by_reference(self, reference: str) -> Payment:
        for payment in self.payments:
            if reference in (payment.reference, payment.details.get("paybin")):
                return payment
        raise UnknownPayment

    async def customer_by_reference(self, reference: str) -> tuple[int, Customer] | None:
        found = [one for one in self.customers if one.store_reference == reference]
        return (found[0].tenant_id, found[0]) if found else None
