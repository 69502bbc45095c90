"""Receipts that a payer takes to a store or to his bank, as PDF.

Whoever has the address may have the receipt: it ends in a reference or an id that nobody guesses, and shops send it to
their payers.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime

from pasarela.core.context import Caller
from pasarela.core.payments.errors import UnknownPayment
from pasarela.core.payments.model import Payer, Payment
from pasarela.core.tenants.model import Tenant
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.references import AGREEMENT, AGREEMENT_BANK, AGREEMENT_CLABE
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.mexico_time import MEXICO_CITY
from pasarela.facades.toolkit.refusals import NoSuchPath
from pasarela.kernel.instruments import Instrument

_REFERENCE = re.compile(r"[0-9A-Z]{10,45}")
_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,45}")
_HEADERS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


async def of_store(call: Call[Profile]) -> Reply:
    """By the reference of a charge, its Paybin reference, or a customer's own one, which takes any amount."""
    tenant, reference = await _tenant(call), call.params["reference"]
    if not _REFERENCE.fullmatch(reference):
        raise NoSuchPath("There is no reference that is written like this")
    try:
        payment = await call.services.payables.payment_by_reference(reference)
    except UnknownPayment:
        return await _of_customer(call, tenant, reference)
    if payment.tenant_id != tenant.tenant_id or payment.instrument is not Instrument.STORE:
        raise UnknownPayment
    assert payment.reference is not None, "it was found by one"
    pdf = await asyncio.to_thread(
        call.services.paper.store_receipt,
        merchant=tenant.name,
        reference=payment.reference,
        amount=payment.amount,
        description=payment.description,
        payer=_name(payment.payer),
        made_at=_local(payment.created_at),
        due_at=_due(payment),
        paybin_reference=str(payment.details["paybin"]),
    )
    return _reply(pdf)


async def of_transfer(call: Call[Profile]) -> Reply:
    """By the id of a charge that is paid by transfer."""
    tenant = await _tenant(call)
    caller = Caller(tenant.tenant_id, tenant.api, tenant.account, tenant.name, tenant.mode, call.request_id)
    payment = await call.services.payables.payment(caller, call.id("transaction"))
    if payment.instrument is not Instrument.BANK_TRANSFER or payment.reference is None:
        raise UnknownPayment
    pdf = await asyncio.to_thread(
        call.services.paper.transfer_receipt,
        merchant=tenant.name,
        agreement=AGREEMENT,
        clabe=AGREEMENT_CLABE,
        reference=payment.reference,
        bank=AGREEMENT_BANK,
        amount=payment.amount,
        description=payment.description,
        payer=_name(payment.payer),
        made_at=_local(payment.created_at),
        due_at=_due(payment),
    )
    return _reply(pdf)


async def _of_customer(call: Call[Profile], tenant: Tenant, reference: str) -> Reply:
    found = await call.services.payables.customer_by_reference(reference)
    if found is None or found[0] != tenant.tenant_id:
        raise UnknownPayment
    customer = found[1]
    pdf = await asyncio.to_thread(
        call.services.paper.store_receipt,
        merchant=tenant.name,
        reference=reference,
        amount=None,
        description=None,
        payer=" ".join(filter(None, (customer.name, customer.last_name))),
        made_at=_local(customer.created_at),
        due_at=None,
    )
    return _reply(pdf)


async def _tenant(call: Call[Profile]) -> Tenant:
    account = call.params["merchant"]
    if not _ACCOUNT.fullmatch(account):
        raise NoSuchPath("There is no such merchant")
    return await call.services.payables.tenant(call.profile.api, account)


def _reply(pdf: bytes) -> Reply:
    return Reply(200, pdf, headers=_HEADERS, media_type=b"application/pdf")


def _due(payment: Payment) -> datetime | None:
    return _local(payment.expires_at) if payment.expires_at else None


def _local(instant: datetime) -> datetime:
    return instant.astimezone(MEXICO_CITY)


def _name(payer: Payer | None) -> str | None:
    return " ".join(filter(None, (payer.name, payer.last_name))) or None if payer else None
