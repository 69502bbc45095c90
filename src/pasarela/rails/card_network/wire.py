"""Commands of the rail contract as ISO 8583 messages, and the network's answers as the contract's.

Every message bears its own trace; one that follows another names it in field 90 and, for the reference, in
field 48. An answer that makes no sense becomes `Unknown`, so that the core asks again or reverses; nothing
here waits or sends.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import lru_cache

from pasarela.kernel.money import Money
from pasarela.kernel.points import PointsBalance, PointsSpent, PointsUse
from pasarela.rails.card_network import declines
from pasarela.rails.card_network.settings import CardNetworkSettings
from pasarela.rails.contract import (
    Acceptor,
    Answer,
    Approved,
    CardAuthorization,
    CardCompletion,
    CardPointsInquiry,
    CardPurpose,
    CardRefund,
    CardReversal,
    Declined,
    NoPoints,
    PointsAnswer,
    Trace,
    Unknown,
)
from pasarela.rails.iso8583 import fields as f
from pasarela.rails.iso8583 import private_data as p
from pasarela.rails.iso8583.errors import Malformed
from pasarela.rails.iso8583.message import Message
from pasarela.rails.iso8583.text import ascii_text

# Mexico has had no daylight saving time since 2022: its capital's time needs no database of zones.
_LOCAL = timezone(timedelta(hours=-6))
_ENTRY_MODE_ECOMMERCE = "812"
_CONDITION_ECOMMERCE = "59"
_CONDITION_VERIFICATION = "51"
_NOTHING_REMAINS = "0" * 24 + "D00000000" * 2

_NO_FORWARDER = "0" * 11

_Request = CardAuthorization | CardPointsInquiry | CardCompletion | CardRefund | CardReversal
_POINTS_USE = {PointsUse.ONLY: "O", PointsUse.MIXED: "M"}
_POINTS_ASKED = "B"
_REQUEST_MTI = {CardPurpose.AUTHORISATION: "0100", CardPurpose.SALE: "0200", CardPurpose.VERIFICATION: "0100"}
_REVERSAL_MTI = {(False, False): "0400", (False, True): "0401", (True, False): "0420", (True, True): "0421"}
_REVERSAL_ANSWERS = frozenset({"0410", "0430"})


def authorisation(request: CardAuthorization, settings: CardNetworkSettings) -> Message:
    """0100 for a hold or a verification, 0200 for a sale."""
    cvv, instalments, version = request.card.cvv, request.instalments, request.authentication_version
    values = _card_values(request, settings)
    if request.purpose is CardPurpose.VERIFICATION:
        values[f.CONDITION] = _CONDITION_VERIFICATION
    values[f.PRIVATE_DATA] = p.pack(
        {
            p.CVV: None if cvv is None else cvv.reveal(),
            p.HOLDER_NAME: request.card.holder_name,
            p.ECI: request.eci,
            p.CAVV: request.cavv,
            p.DS_TRANS_ID: request.ds_trans_id,
            p.AUTHENTICATION_PROTOCOL: version.partition(".")[0] if version else None,
            p.INSTALMENTS: None if instalments is None else f"{instalments:02d}",
            p.INTEREST: "P" if request.interest_by_payer else None,
            p.DEFERRED_MONTHS: None if request.deferred_months is None else f"{request.deferred_months:02d}",
            p.POINTS_USE: None if request.points is None else _POINTS_USE[request.points],
            p.OUTCOME: request.outcome if settings.outcome_wishes else None,
        }
    )
    return Message(_REQUEST_MTI[request.purpose], values)


def points_inquiry(request: CardPointsInquiry, settings: CardNetworkSettings) -> Message:
    """0100 with processing code 31: the balance of the card's points."""
    values = _card_values(request, settings)
    values[f.PROCESSING_CODE] = f.BALANCE
    values[f.PRIVATE_DATA] = p.pack({p.POINTS_USE: _POINTS_ASKED})
    return Message("0100", values)


def completion(request: CardCompletion, settings: CardNetworkSettings) -> Message:
    """0220: clears an authorisation that was approved."""
    values = _card_values(request, settings)
    values[f.AUTHORIZATION_CODE] = f"{request.authorization_code:<6.6}"
    _follow(values, "0100", request, settings)
    return Message("0220", values)


def refund(request: CardRefund, settings: CardNetworkSettings) -> Message:
    """0200 with processing code 20: money back to the card."""
    values = _card_values(request, settings)
    values[f.PROCESSING_CODE] = f.REFUND
    _follow(values, "0200", request, settings)
    return Message("0200", values)


def reversal(request: CardReversal, settings: CardNetworkSettings, *, repeat: bool) -> Message:
    """0400, or 0420 when the original's answer never came; repeated as 0401 and 0421. Nothing remains."""
    values = _values(request, settings)
    if request.refund:
        values[f.PROCESSING_CODE] = f.REFUND
    _follow(values, "0200" if request.refund else _REQUEST_MTI[request.purpose], request, settings)
    values[f.REPLACEMENT] = _NOTHING_REMAINS
    return Message(_REVERSAL_MTI[request.timed_out, repeat], values)


def network_management(trace: Trace, code: str) -> Message:
    """0800: sign-on, sign-off or echo."""
    return Message("0800", {f.SENT_AT: _stamps(trace.sent_at)[0], f.STAN: trace.stan, f.NETWORK_CODE: code})


def answer_of(message: Message, asked: Money) -> Answer:
    """What an answer to a request over `asked` says: approved (10: only the amount in field 4) or declined."""
    try:
        code = message.need(f.RESPONSE_CODE)
        if declines.approved(code):
            amount = _approved(message, code, asked)
            return Approved(message.get(f.AUTHORIZATION_CODE) or "", amount, code, _points_spent(message, amount))
    except Malformed:
        return Unknown()
    if code == declines.ORIGINAL_UNKNOWN and message.mti in _REVERSAL_ANSWERS:
        return Approved("", asked, code)
    return Declined(declines.decline_of(code), code)


def points_of(message: Message, zero: Money) -> PointsAnswer:
    """What an answer to a points inquiry says."""
    try:
        code = message.need(f.RESPONSE_CODE)
        if not declines.approved(code):
            return Declined(declines.decline_of(code), code)
        programme = message.element(p.POINTS_PROGRAMME)
        if programme is None:
            return NoPoints()
        worth = Money(_count(message, p.POINTS_WORTH), zero.currency)
        return PointsBalance(programme, _count(message, p.POINTS_LEFT), worth)
    except Malformed:
        return Unknown()


def _points_spent(message: Message, amount: Money) -> PointsSpent | None:
    if message.element(p.POINTS_USED) is None:
        return None
    worth = _count(message, p.POINTS_WORTH)
    if worth > amount.minor:
        raise Malformed("points pay for no more than what is paid")
    caption = message.element(p.POINTS_CAPTION)
    return PointsSpent(_count(message, p.POINTS_USED), _count(message, p.POINTS_LEFT), worth, caption)


def _count(message: Message, tag: str) -> int:
    text = message.element(tag) or ""
    if not text.isdigit():
        raise Malformed(f"sub-element {tag} is not a number")
    return int(text)


def _approved(message: Message, code: str, asked: Money) -> Money:
    if code == declines.APPROVED:
        return asked
    part = message.number(f.AMOUNT)
    if not 0 < part <= asked.minor:
        raise Malformed("a partial approval is for more than nothing and at most for what was asked")
    return Money(part, asked.currency)


def _values(request: _Request, settings: CardNetworkSettings) -> dict[str, str]:
    """What every financial message bears."""
    amount, trace = request.amount, request.trace
    assert 0 <= amount.minor < 10**12, "field 4 holds twelve digits and no sign"
    sent_at, local_time, local_date = _stamps(trace.sent_at)
    return {
        **_acceptor_fields(request.acceptor),
        f.PAN: request.card.pan.reveal(),
        f.PROCESSING_CODE: f.PURCHASE,
        f.AMOUNT: f"{amount.minor:012d}",
        f.SENT_AT: sent_at,
        f.STAN: trace.stan,
        f.LOCAL_TIME: local_time,
        f.LOCAL_DATE: local_date,
        f.ACQUIRER: settings.acquirer,
        f.RRN: trace.rrn,
        f.CURRENCY: amount.currency.numeric,
    }


def _card_values(
    request: CardAuthorization | CardPointsInquiry | CardCompletion | CardRefund, settings: CardNetworkSettings
) -> dict[str, str]:
    """And how the card was presented, for those that aren't reversals."""
    values = _values(request, settings)
    values[f.EXPIRY] = request.card.expiry.yymm()
    values[f.ENTRY_MODE] = _ENTRY_MODE_ECOMMERCE
    values[f.CONDITION] = _CONDITION_ECOMMERCE
    return values


def _follow(
    values: dict[str, str],
    original_mti: str,
    request: CardCompletion | CardRefund | CardReversal,
    settings: CardNetworkSettings,
) -> None:
    """Names the message that this one follows."""
    original = request.original
    if isinstance(request, CardReversal):
        wish, worth = None, 0
    else:
        wish, worth = request.outcome, request.by_points_minor
    values[f.PRIVATE_DATA] = p.pack(
        {
            p.ORIGINAL_RRN: original.rrn,
            p.POINTS_WORTH: str(worth) if worth else None,
            p.OUTCOME: wish if settings.outcome_wishes else None,
        }
    )
    sent_at = _stamps(original.sent_at)[0]
    values[f.ORIGINAL] = f"{original_mti}{original.stan}{sent_at}{settings.acquirer:0>11}{_NO_FORWARDER}"


@lru_cache(maxsize=64)
def _stamps(instant: datetime) -> tuple[str, str, str]:
    local = instant.astimezone(_LOCAL)
    return f"{instant:%m%d%H%M%S}", f"{local:%H%M%S}", f"{local:%m%d}"


@lru_cache(maxsize=4096)
def _acceptor_fields(acceptor: Acceptor) -> dict[str, str]:
    name, city = ascii_text(acceptor.name), ascii_text(acceptor.city)
    return {
        f.CATEGORY: f"{acceptor.category_code:0>4.4}",
        f.TERMINAL: f"{ascii_text(acceptor.terminal_id):<8.8}",
        f.MERCHANT: f"{ascii_text(acceptor.merchant_id):<15.15}",
        f.MERCHANT_NAME: f"{name:<25.25}{city:<13.13}{ascii_text(acceptor.country):<2.2}",
    }
