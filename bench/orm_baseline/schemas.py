"""The request and the answer of the baseline's one endpoint, as pydantic models: Openpay's card charge."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator


class CardIn(BaseModel):
    card_number: str = Field(pattern=r"^\d{15,19}$")
    holder_name: str = Field(max_length=80)
    expiration_year: int = Field(ge=0, le=99)
    expiration_month: int = Field(ge=1, le=12)
    cvv2: str = Field(pattern=r"^\d{3,4}$")

    @field_validator("card_number")
    @classmethod
    def luhn(cls, number: str) -> str:
        digits = [int(digit) for digit in reversed(number)]
        doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
        if (sum(digits[::2]) + sum(doubled)) % 10:
            raise ValueError("wrong check digit")
        return number


class CustomerIn(BaseModel):
    name: str = Field(max_length=100)
    last_name: str | None = Field(default=None, max_length=100)
    phone_number: str | None = Field(default=None, max_length=100)
    email: str | None = Field(default=None, max_length=100)


class ChargeIn(BaseModel):
    method: Literal["card"]
    card: CardIn
    amount: Annotated[Decimal, Field(gt=0, decimal_places=2, max_digits=12)]
    currency: Literal["MXN"] = "MXN"
    description: str = Field(max_length=250)
    order_id: str | None = Field(default=None, max_length=100)
    device_session_id: str | None = Field(default=None, max_length=255)
    customer: CustomerIn | None = None


class CardOut(BaseModel):
    type: str
    brand: str
    address: None = None
    card_number: str
    holder_name: str
    expiration_year: str
    expiration_month: str
    allows_charges: bool
    allows_payouts: bool
    bank_name: str
    bank_code: str


class FeeOut(BaseModel):
    amount: float
    tax: float
    currency: str


class ChargeOut(BaseModel):
    id: str
    amount: float
    authorization: str | None
    method: str
    operation_type: str
    transaction_type: str
    card: CardOut
    status: str
    currency: str
    creation_date: datetime
    operation_date: datetime
    description: str
    error_message: str | None
    order_id: str | None
    customer: CustomerIn | None
    fee: FeeOut
