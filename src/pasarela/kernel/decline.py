"""The one vocabulary of declines that rails, risk rules and all dialects share.

A rail translates its network's answer into a `Decline`; a dialect translates a `Decline` into its own error.
"""

from __future__ import annotations

from enum import Enum


class Decline(Enum):
    """Why a payment was refused; the value is the stable word stored with it."""

    DO_NOT_HONOUR = "do_not_honour"
    EXPIRED_CARD = "expired_card"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    STOLEN_CARD = "stolen_card"
    LOST_CARD = "lost_card"
    SUSPECTED_FRAUD = "suspected_fraud"
    RESTRICTED_CARD = "restricted_card"
    PICK_UP_CARD = "pick_up_card"
    CALL_ISSUER = "call_issuer"
    NOT_PERMITTED = "not_permitted"
    NOT_ONLINE = "not_online"
    INVALID_CARD_NUMBER = "invalid_card_number"
    WRONG_SECURITY_CODE = "wrong_security_code"
    WRONG_PIN = "wrong_pin"
    PIN_TRIES_EXCEEDED = "pin_tries_exceeded"
    ISSUER_UNAVAILABLE = "issuer_unavailable"
    RISK_REFUSED = "risk_refused"
    AUTHENTICATION_FAILED = "authentication_failed"
