"""The fields that travel on the card rail: names of their numbers, layout for pyiso8583, message types.

Text is ASCII, bitmaps and the PIN block are binary, variable fields carry two or three ASCII digits of
length. A message with any other field is malformed.
"""

from __future__ import annotations

from typing import Final

MTI: Final = "t"  # pyiso8583's own key of the message type
PAN: Final = "2"
PROCESSING_CODE: Final = "3"
AMOUNT: Final = "4"
SENT_AT: Final = "7"
STAN: Final = "11"
LOCAL_TIME: Final = "12"
LOCAL_DATE: Final = "13"
EXPIRY: Final = "14"
CATEGORY: Final = "18"
ENTRY_MODE: Final = "22"
CONDITION: Final = "25"
ACQUIRER: Final = "32"
RRN: Final = "37"
AUTHORIZATION_CODE: Final = "38"
RESPONSE_CODE: Final = "39"
TERMINAL: Final = "41"
MERCHANT: Final = "42"
MERCHANT_NAME: Final = "43"
PRIVATE_DATA: Final = "48"
CURRENCY: Final = "49"
PIN_BLOCK: Final = "52"
NETWORK_CODE: Final = "70"
ORIGINAL: Final = "90"
REPLACEMENT: Final = "95"

SECRET_FIELDS: Final = frozenset({PAN, PRIVATE_DATA, PIN_BLOCK})
"""Fields whose text is read through `Secret` or by sub-element only."""

PURCHASE: Final = "000000"
REFUND: Final = "200000"
BALANCE: Final = "310000"

SIGN_ON: Final = "001"
SIGN_OFF: Final = "002"
ECHO: Final = "301"

ANSWER_OF: Final[dict[str, str]] = {
    "0100": "0110",
    "0200": "0210",
    "0220": "0230",
    "0400": "0410",
    "0401": "0410",
    "0420": "0430",
    "0421": "0430",
    "0800": "0810",
}
"""Request type → the type of its answer."""

_FieldLayout = dict[str, str | int]


def _fixed(length: int, description: str, encoding: str = "ascii") -> _FieldLayout:
    return {
        "data_enc": encoding,
        "len_enc": "ascii",
        "len_type": 0,
        "max_len": length,
        "desc": description,
    }


def _variable(digits: int, longest: int, description: str) -> _FieldLayout:
    return {**_fixed(longest, description), "len_type": digits}


SPEC: Final[dict[str, _FieldLayout]] = {
    "h": _fixed(0, "no header: the frame's length precedes the message"),
    MTI: _fixed(4, "message type"),
    "p": _fixed(8, "primary bitmap", "b"),
    "1": _fixed(8, "secondary bitmap", "b"),
    PAN: _variable(2, 19, "primary account number"),
    PROCESSING_CODE: _fixed(6, "processing code"),
    AMOUNT: _fixed(12, "amount in minor units"),
    SENT_AT: _fixed(10, "transmission date and time, MMDDhhmmss UTC"),
    STAN: _fixed(6, "systems trace audit number"),
    LOCAL_TIME: _fixed(6, "local time, hhmmss"),
    LOCAL_DATE: _fixed(4, "local date, MMDD"),
    EXPIRY: _fixed(4, "expiry, YYMM"),
    CATEGORY: _fixed(4, "merchant category code"),
    ENTRY_MODE: _fixed(3, "point of service entry mode"),
    CONDITION: _fixed(2, "point of service condition code"),
    ACQUIRER: _variable(2, 11, "acquiring institution"),
    RRN: _fixed(12, "retrieval reference number"),
    AUTHORIZATION_CODE: _fixed(6, "authorisation identification response"),
    RESPONSE_CODE: _fixed(2, "response code"),
    TERMINAL: _fixed(8, "card acceptor terminal"),
    MERCHANT: _fixed(15, "card acceptor"),
    MERCHANT_NAME: _fixed(40, "card acceptor name 25, city 13, country 2"),
    PRIVATE_DATA: _variable(3, 999, "private data, see private_data.py"),
    CURRENCY: _fixed(3, "currency, ISO 4217 numeric"),
    PIN_BLOCK: _fixed(8, "PIN block", "b"),
    NETWORK_CODE: _fixed(3, "network management information code"),
    ORIGINAL: _fixed(42, "original type 4, trace 6, sent at 10, acquirer 11, forwarder 11"),
    REPLACEMENT: _fixed(42, "replacement amounts: transaction 12, settlement 12, fees 9 + 9"),
}
