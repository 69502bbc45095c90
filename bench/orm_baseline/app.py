"""A card charge as one would have written it: FastAPI, pydantic, SQLAlchemy's ORM on asyncpg, one transaction a charge.

Naive in its means and correct in what it does: unique order ids, double entry, the balance changed under a row lock,
the event in the same transaction, durable when it answers. It does less than Pasarela: no vault, no ISO 8583 message
(the network approves at once), no request log, no second transaction around the network.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bench.orm_baseline.models import Account, Attempt, Event, Leg, Merchant, Payment, Transfer
from bench.orm_baseline.schemas import CardOut, ChargeIn, ChargeOut, FeeOut

CENT = Decimal("0.01")
TAX = Decimal("0.16")

engine = create_async_engine(os.environ["BENCH_DATABASE_URL"], pool_size=20, max_overflow=0)
new_session = async_sessionmaker(engine, expire_on_commit=False)
basic = HTTPBasic()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def session() -> AsyncIterator[AsyncSession]:
    async with new_session() as one:
        yield one


Session = Annotated[AsyncSession, Depends(session)]


async def merchant(
    merchant_id: str, credentials: Annotated[HTTPBasicCredentials, Depends(basic)], db: Session
) -> Merchant:
    found = await db.scalar(
        select(Merchant).where(Merchant.id == merchant_id, Merchant.private_key == credentials.username)
    )
    if found is None:
        raise HTTPException(401)
    return found


@app.get("/ready")
async def ready(db: Session) -> dict[str, str]:
    await db.execute(select(1))
    return {"status": "ok"}


@app.post("/openpay/v1/{merchant_id}/charges")
async def charge(body: ChargeIn, owner: Annotated[Merchant, Depends(merchant)], db: Session) -> ChargeOut:
    now = datetime.now(UTC)
    fee = (body.amount * owner.fee_percent / 100).quantize(CENT, ROUND_HALF_UP) + owner.fee_fixed
    tax = (fee * TAX).quantize(CENT, ROUND_HALF_UP)
    payment = Payment(
        id="tr" + secrets.token_hex(9),
        merchant_id=owner.id,
        order_id=body.order_id,
        status="in_progress",
        amount=body.amount,
        currency=body.currency,
        description=body.description,
        card=shown(body).model_dump(),
        customer=body.customer.model_dump() if body.customer else None,
        device_session_id=body.device_session_id,
        authorization=None,
        fee=fee,
        fee_tax=tax,
        created_at=now,
        operated_at=now,
    )
    attempt = Attempt(payment=payment, stan=f"{secrets.randbelow(10**6):06d}", rrn=secrets.token_hex(6), sent_at=now)
    db.add_all([payment, attempt])
    try:
        await db.flush()
    except IntegrityError as error:
        raise HTTPException(409, "order_id was used before") from error

    # Here the network would be asked; it approves at once.
    attempt.response_code = "00"
    attempt.answered_at = payment.operated_at = datetime.now(UTC)
    payment.authorization = f"{secrets.randbelow(10**6):06d}"
    payment.status = "completed"

    account = await db.scalar(
        select(Account).where(Account.merchant_id == owner.id, Account.currency == body.currency).with_for_update()
    )
    assert account is not None, "a merchant has its account"
    account.balance += body.amount - fee - tax
    legs = [
        Leg(account="network_clearing", amount=-body.amount),
        Leg(account="merchant_payable", amount=body.amount - fee - tax),
        Leg(account="fee_revenue", amount=fee),
        Leg(account="tax_payable", amount=tax),
    ]
    db.add(Transfer(payment_id=payment.id, kind="sale", created_at=now, legs=legs))
    db.add(Event(type="charge.succeeded", payment_id=payment.id, data={"id": payment.id}, created_at=now))
    await db.commit()
    return answer(payment, body)


def shown(body: ChargeIn) -> CardOut:
    number = body.card.card_number
    return CardOut(
        type="debit",
        brand="visa",
        card_number=f"{number[:6]}XXXXXX{number[-4:]}",
        holder_name=body.card.holder_name,
        expiration_year=f"{body.card.expiration_year:02d}",
        expiration_month=f"{body.card.expiration_month:02d}",
        allows_charges=True,
        allows_payouts=True,
        bank_name="Banamex",
        bank_code="002",
    )


def answer(payment: Payment, body: ChargeIn) -> ChargeOut:
    return ChargeOut(
        id=payment.id,
        amount=float(payment.amount),
        authorization=payment.authorization,
        method="card",
        operation_type="in",
        transaction_type="charge",
        card=CardOut.model_validate(payment.card),
        status=payment.status,
        currency=payment.currency,
        creation_date=payment.created_at,
        operation_date=payment.operated_at,
        description=payment.description,
        error_message=None,
        order_id=payment.order_id,
        customer=body.customer,
        fee=FeeOut(amount=float(payment.fee), tax=float(payment.fee_tax), currency=payment.currency),
    )
