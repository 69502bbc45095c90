"""The tables of the baseline, as ORM classes: what a charge needs, simplified."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """Times are aware, money is decimal."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way to say it
        datetime: DateTime(timezone=True),
        Decimal: Numeric(18, 2),
        dict[str, Any]: JSONB,
    }


class Merchant(Base):
    __tablename__ = "merchants"

    id: Mapped[str] = mapped_column(String(21), primary_key=True)
    private_key: Mapped[str] = mapped_column(String(40), unique=True)
    fee_percent: Mapped[Decimal]
    fee_fixed: Mapped[Decimal]


class Payment(Base):
    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("merchant_id", "order_id"),
        Index("payments_by_creation", "merchant_id", "created_at"),
        Index("payments_by_status", "merchant_id", "status", "created_at"),
        Index("payments_by_amount", "merchant_id", "amount", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(21), primary_key=True)
    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"))
    order_id: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(20))
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    description: Mapped[str] = mapped_column(String(250))
    card: Mapped[dict[str, Any]]
    customer: Mapped[dict[str, Any] | None]
    device_session_id: Mapped[str | None] = mapped_column(String(255))
    authorization: Mapped[str | None] = mapped_column(String(6))
    fee: Mapped[Decimal]
    fee_tax: Mapped[Decimal]
    created_at: Mapped[datetime]
    operated_at: Mapped[datetime]

    attempts: Mapped[list[Attempt]] = relationship(back_populates="payment")


class Attempt(Base):
    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), index=True)
    stan: Mapped[str] = mapped_column(String(6))
    rrn: Mapped[str] = mapped_column(String(12))
    response_code: Mapped[str | None] = mapped_column(String(2))
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    payment: Mapped[Payment] = relationship(back_populates="attempts")


class Account(Base):
    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("balance >= 0", name="never_negative"),)

    merchant_id: Mapped[str] = mapped_column(ForeignKey("merchants.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    balance: Mapped[Decimal]


class Transfer(Base):
    __tablename__ = "transfers"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]

    legs: Mapped[list[Leg]] = relationship(back_populates="transfer")


class Leg(Base):
    __tablename__ = "legs"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"), index=True)
    account: Mapped[str] = mapped_column(String(40))
    amount: Mapped[Decimal]

    transfer: Mapped[Transfer] = relationship(back_populates="legs")


class Event(Base):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"))
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
