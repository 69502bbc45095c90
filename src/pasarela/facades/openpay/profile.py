"""What distinguishes one API of this dialect from another, as a value: BBVA is the same code with another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pasarela.core.payments.model import PaymentStatus
from pasarela.facades.toolkit.openapi import BodyChange
from pasarela.kernel.money import Currency

S = PaymentStatus

PAYMENTS = (3, 6, 9, 12, 18)
"""Objetos Comunes / Objeto PaymentPlan."""


@dataclass(frozen=True, slots=True)
class StatusWord:
    """What a status of the provider's filter means here: the core's statuses, and whether all went back."""

    statuses: tuple[PaymentStatus, ...] = ()
    refunded: bool | None = None


@dataclass(frozen=True, slots=True)
class Plans:
    """In how many monthly payments a card can pay. Where the provider has words for it: who bears their interest, by
    word (the payer: true), and by how many months the first one can be put off."""

    payments: tuple[int, ...]
    interest_words: Mapping[str, bool] = field(default_factory=dict)
    deferred_months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChargeTerms:
    """What this provider makes of a charge. `required` are keys that must come beside those that all ask for. A charge
    need not be a card's where it `waits_elsewhere`: at a store, by transfer, in a wallet, on the telephone. With
    `page_without_card` one that brings no card waits for its payer on our page. `three_ds` is what `use_3d_secure` is
    when it is not sent. `by_permission`: its merchant must be allowed to bring cards and to do without 3-D Secure.
    `affiliated`: it names one of its merchant's affiliations. `own_id_authorizes`: what waits for 3-D Secure prints its
    own id as its authorisation. `payer_address` is the header in which merchants say from where their payers call."""

    plans: Plans
    required: tuple[str, ...] = ("method",)
    waits_elsewhere: bool = True
    page_without_card: bool = False
    three_ds: bool = False
    by_permission: bool = False
    affiliated: bool = False
    own_id_authorizes: bool = False
    payer_address: bytes | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """`api` names it in the core and the log, `mount` is its place on our host, `realm` what a browser that asks for a
    key shows. `public_keys`: whether there are keys for browsers. `status_words` are the values of the status filter.

    `calls` are the calls that it has (`POST /v1/{merchant}/charges`), with the section of its document; `None`: all of
    them. `sections` are those of its document by Openpay's names, `codes` its error codes by Openpay's, where it has
    others. `bank_names` are its names of banks by their codes, `points_words` its words for cards' points by
    programme; without these answers don't tell whose points a card collects. `bodies` are for its reference.
    `charge_at_customers`: an address of a customer with a charge's id answers the charge. Merchants get their money in
    the currency that they are settled in (`settles_in`), whatever their payers pay in."""

    api: str
    title: str
    mount: str
    realm: str
    currencies: Mapping[str, Currency]
    status_words: Mapping[str, StatusWord]
    charges: ChargeTerms
    public_keys: bool = True
    calls: Mapping[str, str] | None = None
    sections: Mapping[str, str] | None = None
    codes: Mapping[int, int] = field(default_factory=dict)
    bank_names: Mapping[str, str] = field(default_factory=dict)
    points_words: Mapping[str, str] | None = None
    bodies: Mapping[str, BodyChange] = field(default_factory=dict)
    charge_at_customers: bool = False
    settles_in: Currency = Currency.MXN

    def section(self, openpays: str) -> str:
        """Where its document has what Openpay's has there; empty where it has nothing of the kind."""
        return openpays if self.sections is None else self.sections.get(openpays, "")


_IN_PROGRESS = (
    S.REQUESTED,
    S.AUTHORIZING,
    S.AUTHORIZED,
    S.REVIEWING,
    S.REJECTING,
    S.CAPTURING,
    S.UNKNOWN,
    S.VOIDING,
    S.EXPIRING,
)

OPENPAY = Profile(
    api="openpay",
    title="Openpay",
    mount="/openpay",
    realm="Openpay",
    currencies={"MXN": Currency.MXN, "USD": Currency.USD},
    charges=ChargeTerms(Plans(PAYMENTS)),
    bodies={
        "ChargeBody": BodyChange(required=("method",), without=("affiliation_bbva",)),
        "PaymentPlanBody": BodyChange(without=("payments_type", "deferred_months")),
    },
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
