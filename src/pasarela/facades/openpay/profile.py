"""What distinguishes one API of this dialect from another, as a value: BBVA is the same code with another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pasarela.core.payments.model import PaymentStatus
from pasarela.kernel.money import Currency

S = PaymentStatus


@dataclass(frozen=True, slots=True)
class StatusWord:
    """What a status of the provider's filter means here: the core's statuses, and whether all went back."""

    statuses: tuple[PaymentStatus, ...] = ()
    refunded: bool | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """`api` names it in the core and the log, `mount` is its place on our host, `realm` what a browser that asks for a
    key shows. `card_bank_name` stands in answers for every card's bank, where the provider does not tell it.
    `public_keys`: whether there are keys for browsers. `status_words` are the values of the status filter."""

    api: str
    title: str
    mount: str
    realm: str
    currencies: Mapping[str, Currency]
    status_words: Mapping[str, StatusWord]
    public_keys: bool = True
    card_bank_name: str | None = None


_IN_PROGRESS = (S.REQUESTED, S.AUTHORIZING, S.AUTHORIZED, S.CAPTURING, S.UNKNOWN, S.VOIDING, S.EXPIRING)

OPENPAY = Profile(
    api="openpay",
    title="Openpay",
    mount="/openpay",
    realm="Openpay",
    currencies={"MXN": Currency.MXN},
    status_words={
        "IN_PROGRESS": StatusWord(_IN_PROGRESS),
        "COMPLETED": StatusWord((S.COMPLETED,), refunded=False),
        "REFUNDED": StatusWord((S.COMPLETED,), refunded=True),
        "CHARGEBACK_PENDING": StatusWord(),
        "CHARGEBACK_ACCEPTED": StatusWord(),
        "CHARGEBACK_ADJUSTMENT": StatusWord(),
        "CHARGE_PENDING": StatusWord((S.PENDING,)),
        "CANCELLED": StatusWord((S.VOIDED, S.EXPIRED)),
        "FAILED": StatusWord((S.DECLINED, S.FAILED)),
    },
)
"""Each charge lies under exactly one word: one that went back wholly under REFUNDED, although it stays `completed`."""
