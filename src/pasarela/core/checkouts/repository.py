"""Checkouts between their rows and their dataclass. Used by this slice only."""

from __future__ import annotations

import asyncpg
import msgspec

from pasarela.core.checkouts.model import Checkout, CheckoutStatus
from pasarela.core.payments.model import Payer
from pasarela.infra.database import SqlFiles
from pasarela.kernel.money import Currency, Money

SQL = SqlFiles("pasarela.core.checkouts")

_payer = msgspec.json.Decoder(Payer)


def payer_json(payer: Payer | None) -> str | None:
    return None if payer is None else msgspec.json.encode(payer).decode()


def checkout_from(row: asyncpg.Record) -> Checkout:
    return Checkout(
        tenant_id=row["tenant_id"],
        checkout_id=row["checkout_id"],
        payment_id=row["payment_id"],
        link_token=row["link_token"],
        order_id=row["order_id"],
        customer_id=row["customer_id"],
        amount=Money(row["amount_minor"], Currency.of(row["currency"])),
        description=row["description"],
        redirect_url=row["redirect_url"],
        send_email=row["send_email"],
        payer=_payer.decode(row["payer"]) if row["payer"] else None,
        stored_status=CheckoutStatus(row["status"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
