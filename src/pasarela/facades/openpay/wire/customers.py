"""What calls say about customers, and the core's commands for it."""

from __future__ import annotations

from pasarela.core.customers.model import Customer, CustomerChanges, CustomerFilter, NewCustomer
from pasarela.core.payments.model import Payer
from pasarela.facades.openpay.wire.cards import AddressBody, printed
from pasarela.facades.openpay.wire.filters import ListFilters
from pasarela.facades.toolkit.fields import Email, Flag, Nested, Text
from pasarela.facades.toolkit.wire import WireModel, default, required


class CustomerBody(WireModel):
    """Clientes / Crear un nuevo cliente."""

    external_id = Text(100, numbers=True)
    name = required(Text(100))
    last_name = Text(100)
    email = required(Email(100))
    requires_account = default(Flag(), False)
    phone_number = Text(100, numbers=True)
    address = Nested(AddressBody)

    def new(self, customer_id: str) -> NewCustomer:
        return NewCustomer(
            customer_id,
            self.name,
            self.last_name,
            self.email,
            self.phone_number,
            printed(self.address),
            self.external_id,
            has_account=self.requires_account,
        )


class UpdateCustomerBody(WireModel):
    """Clientes / Actualizar un cliente. Everything else that a client sends back is read-only; what is null stays."""

    name = required(Text(100))
    last_name = Text(100)
    email = required(Email(100))
    phone_number = Text(100, numbers=True)
    address = Nested(AddressBody)

    def changes(self) -> CustomerChanges:
        return CustomerChanges(self.name, self.last_name, self.email, self.phone_number, printed(self.address))


class CustomerFilters(ListFilters):
    """Clientes / Listado de clientes."""

    external_id = Text(100)

    def wanted(self) -> CustomerFilter:
        return CustomerFilter(self.external_id, self.created())


def payer_of(customer: Customer) -> Payer:
    """A customer as the one who pays a charge at his level."""
    return Payer(
        customer.name,
        customer.last_name,
        customer.email,
        customer.phone_number,
        customer.address,
        customer.external_id,
    )
