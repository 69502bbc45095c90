"""Transfers that came in over SPEI, from the inbox to `collect`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pasarela.core.payments.collect import Collect
from pasarela.core.payments.model import Received, Sender
from pasarela.kernel.clock import Clock
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money


class Deposits:
    """Handles the inbox's deposits; their bodies have the fields of `rails.contract.SpeiDeposit`, the amount in minor
    units with its currency."""

    def __init__(self, collect: Collect, clock: Clock) -> None:
        self._collect = collect
        self._clock = clock

    async def handle(self, body: Mapping[str, Any]) -> str:
        """Answers in a word what was done with the money."""
        receipt = await self._collect(
            Received(
                receipt_id=receipt_id(body),
                instrument=Instrument.BANK_TRANSFER,
                amount=Money(body["amount"], Currency.of(body["currency"])),
                received_at=self._clock.now(),
                reference=body["reference"],
                clabe=body["clabe"],
                sender=Sender(
                    body["sender_name"], body["sender_account"], body["tracking_key"], body.get("sender_tax_id")
                ),
            )
        )
        return receipt.outcome.value


def receipt_id(body: Mapping[str, Any]) -> str:
    """Names a deposit for ever: senders' tracking keys are unique for their bank only."""
    return f"spei-{body['sender_institution'] or ''}-{body['tracking_key']}"
