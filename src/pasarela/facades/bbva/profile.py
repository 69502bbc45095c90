"""BBVA eCommerce as a value of the Openpay dialect: narrower, stricter, with affiliations and with words of its own.

Its calls, the sections of its document and its payment plans are data files beside this module.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from pasarela.facades.openpay.profile import OPENPAY, ChargeTerms, Plans, Profile
from pasarela.facades.toolkit.openapi import BodyChange
from pasarela.kernel.money import Currency


def _data(name: str) -> Any:
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8"))


def _plans() -> Plans:
    told = _data("plans")
    return Plans(tuple(told["payments"]), told["payer_bears_interest"], tuple(told["deferred_months"]))


_REQUIRED = ("affiliation_bbva", "order_id", "customer", "redirect_url")
_STATUSES = ("IN_PROGRESS", "COMPLETED", "REFUNDED", "CHARGE_PENDING", "CANCELLED", "FAILED")

BBVA = Profile(
    api="bbva",
    title="BBVA",
    mount="/bbva",
    realm="BBVA",
    currencies={"MXN": Currency.MXN},
    status_words={word: OPENPAY.status_words[word] for word in _STATUSES},
    charges=ChargeTerms(
        _plans(),
        required=_REQUIRED,
        waits_elsewhere=False,
        page_without_card=True,
        three_ds=True,
        by_permission=True,
        affiliated=True,
        own_id_authorizes=True,
        payer_address=b"x-forwarded-for",
    ),
    public_keys=False,
    calls=_data("calls"),
    sections=_data("sections"),
    codes={1010: 1002, 4001: 1007},
    bank_names={"012": "BBVA"},
    points_words={"bancomer": "BBVA", "santander": "SANTANDER", "scotiabank": "SCOTIABANK"},
    bodies={"ChargeBody": BodyChange(required=_REQUIRED)},
    charge_at_customers=True,
)
"""Its errors are Openpay's but for three codes, which it does not have: a key at the wrong place is one that does not
authenticate (1002), a balance that does not pay a refund refuses the transfer (1007); bank accounts (2001) it has not.
"""
