"""The demo data's charges that wait for a transfer, or were paid by one, made by the core's verbs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pasarela.core.context import Caller
from pasarela.core.customers.model import Customer
from pasarela.core.payments.collect import Collect
from pasarela.core.payments.model import ReceiptOutcome, Received, RequestPayment, Sender
from pasarela.core.payments.request import Request
from pasarela.facades.openpay.references import transfer_reference
from pasarela.kernel.clock import Clock
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money

LIFE = timedelta(days=30)


class WaitingSeeding:
    """Openpay's, for the references that payers name are its."""

    def __init__(self, request: Request, collect: Collect, clock: Clock) -> None:
        self._request = request
        self._collect = collect
        self._clock = clock

    async def __call__(self, caller: Caller, data: Mapping[str, Any], customer: Customer) -> None:
        amount, reference = Money.parse(data["amount"], Currency.MXN), transfer_reference(data["id"])
        command = RequestPayment(
            data["id"],
            Instrument.BANK_TRANSFER,
            amount,
            self._clock.now() + LIFE,
            reference,
            order_id=data.get("order_id"),
            description=data["description"],
            customer_id=customer.customer_id,
            credits_customer=customer.has_account,
        )
        await self._request(caller, command)
        if (payer := data.get("paid_by")) is not None:
            sender = Sender(payer["name"], payer["clabe"], payer["tracking_key"], payer["rfc"])
            receipt = await self._collect(
                Received(
                    f"spei-demo-{payer['tracking_key']}",
                    Instrument.BANK_TRANSFER,
                    amount,
                    self._clock.now(),
                    reference,
                    sender=sender,
                )
            )
            assert receipt.outcome is ReceiptOutcome.COMPLETED, f"{data['id']} was not paid"
