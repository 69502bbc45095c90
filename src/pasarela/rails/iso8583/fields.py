"""The fields that travel on the card rail: names of their numbers, their layout, message types.

Text is ASCII, bitmaps and the PIN block are binary, variable fields carry two or three ASCII digits of
length. A message with any other field is malformed.
"""

from __future__ import annotations

from typing import Final, NamedTuple

MTI: Final = "t"  # the key under which the message type stands beside the fields
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


class Layout(NamedTuple):
    """How a field is written: exactly `length` characters, or up to that many behind `digits` digits that count them;
    `binary` ones are half as many bytes as their hexadecimal text has characters, and `length` counts bytes."""

    length: int
    digits: int = 0
    binary: bool = False


LAYOUT: Final[dict[str, Layout]] = {
    PAN: Layout(19, digits=2),  # primary account number
    PROCESSING_CODE: Layout(6),  # processing code
    AMOUNT: Layout(12),  # amount in minor units
    SENT_AT: Layout(10),  # transmission date and time, MMDDhhmmss UTC
    STAN: Layout(6),  # systems trace audit number
    LOCAL_TIME: Layout(6),  # local time, hhmmss
    LOCAL_DATE: Layout(4),  # local date, MMDD
    EXPIRY: Layout(4),  # expiry, YYMM
    CATEGORY: Layout(4),  # merchant category code
    ENTRY_MODE: Layout(3),  # point of service entry mode
    CONDITION: Layout(2),  # point of service condition code
    ACQUIRER: Layout(11, digits=2),  # acquiring institution
    RRN: Layout(12),  # retrieval reference number
    AUTHORIZATION_CODE: Layout(6),  # authorisation identification response
    RESPONSE_CODE: Layout(2),  # response code
    TERMINAL: Layout(8),  # card acceptor terminal
    MERCHANT: Layout(15),  # card acceptor
    MERCHANT_NAME: Layout(40),  # card acceptor name 25, city 13, country 2
    PRIVATE_DATA: Layout(999, digits=3),  # private data, see private_data.py
    CURRENCY: Layout(3),  # currency, ISO 4217 numeric
    PIN_BLOCK: Layout(8, binary=True),  # PIN block
    NETWORK_CODE: Layout(3),  # network management information code
    ORIGINAL: Layout(42),  # original type 4, trace 6, sent at 10, acquirer 11, forwarder 11
    REPLACEMENT: Layout(42),  # replacement amounts: transaction 12, settlement 12, fees 9 + 9
}
