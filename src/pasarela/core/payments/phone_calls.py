"""Payers who call and type a charge's key and their card (IVR): stored in the inbox first, then handled.

The card goes into the vault as a token before anything is stored, so that neither its number nor its security code
stands in the inbox. A wrong key costs a try as a refused card does; the third ends the charge.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

import structlog

from pasarela.core.context import Caller
from pasarela.core.payments.callers import Callers
from pasarela.core.payments.errors import (
    InstalmentsNotAllowed,
    NotInState,
    OutcomeUnknown,
    PaymentDeclined,
    SourceSpent,
    StillAuthorizing,
    UnknownPayment,
    UnknownSource,
)
from pasarela.core.payments.model import ConfirmBy, Payment, SavedSource
from pasarela.core.payments.pay_waiting import Fail, Pay
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.payments.waiting import FailWaiting, PayWaiting
from pasarela.core.vault.create_token import CreateToken
from pasarela.infra.inbox import Inbox
from pasarela.kernel.decline import Decline
from pasarela.kernel.ids import IdSource
from pasarela.rails.payers import PhoneCall, PhoneRail

SOURCE = "ivr.calls"
"""Source of calls: `{"call_id", "tenant_id", "payment_id", "key", "token_id"}`."""

KEY = "ivr_key"
"""The dialects' word for the key among a payment's details."""

WRONG_KEY, DECLINED, NOT_WAITING, BUSY, UNKNOWN, REFUSED = (
    "wrong key",
    "declined",
    "not waiting",
    "busy",
    "unknown",
    "card refused",
)

_log = structlog.get_logger(__name__)


class PhoneCalls:
    """The rail's callback, and the handler of `SOURCE`."""

    def __init__(
        self,
        rail: PhoneRail,
        inbox: Inbox,
        create_token: CreateToken,
        pay: Pay,
        fail: Fail,
        queries: PaymentQueries,
        callers: Callers,
        ids: IdSource,
    ) -> None:
        self._inbox = inbox
        self._create_token = create_token
        self._pay = pay
        self._fail = fail
        self._queries = queries
        self._callers = callers
        self._ids = ids
        rail.on_call(self.heard)

    async def heard(self, call: PhoneCall) -> None:
        """Stores it; the same once more changes nothing. A charge that nobody knows is not stored."""
        try:
            payment = await self._queries.by_reference(call.reference)
        except UnknownPayment:
            _log.info("somebody called about a charge that is none", call_id=call.call_id)
            return
        token_id = self._ids.fresh("tok")
        await self._create_token(await self._callers.of(payment.tenant_id), token_id, call.card)
        body = {
            "call_id": call.call_id,
            "tenant_id": payment.tenant_id,
            "payment_id": payment.payment_id,
            "key": call.key,
            "token_id": token_id,
        }
        await self._inbox.receive(SOURCE, call.call_id, body)

    async def handle(self, body: Mapping[str, Any]) -> str:
        """Answers in a word what the payer hears."""
        caller = await self._callers.of(body["tenant_id"])
        payment = await self._queries.get(caller, body["payment_id"])
        try:
            if not hmac.compare_digest(str(payment.details.get(KEY, "")), body["key"]):
                return await self._wrong_key(caller, payment, body["call_id"])
            paid = await self._pay(caller, _paying(payment, body))
        except NotInState:
            return NOT_WAITING
        except StillAuthorizing:
            return BUSY
        except PaymentDeclined:
            return DECLINED
        except OutcomeUnknown:
            return UNKNOWN
        except (UnknownSource, SourceSpent, InstalmentsNotAllowed):
            return REFUSED
        return paid.status.value

    async def _wrong_key(self, caller: Caller, payment: Payment, call_id: str) -> str:
        failed = FailWaiting(payment.payment_id, call_id, Decline.WRONG_PIN, confirm=ConfirmBy.IVR)
        await self._fail(caller, failed)
        return WRONG_KEY


def _paying(payment: Payment, body: Mapping[str, Any]) -> PayWaiting:
    return PayWaiting(
        payment.payment_id,
        body["call_id"],
        SavedSource(body["token_id"]),
        instalments=payment.details.get("payments"),
        confirm=ConfirmBy.IVR,
    )
