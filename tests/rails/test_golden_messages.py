"""One message of every type, byte for byte, laid out by hand from ISO 8583:1987.

The hexadecimal text below is written field by field from the standard's table of fields, bitmaps included; neither
pyiso8583 nor our own layout has made it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pasarela.rails.card_network import wire
from pasarela.rails.card_network.settings import CardNetworkSettings
from pasarela.rails.contract import (
    CardAuthorization,
    CardCompletion,
    CardPurpose,
    CardRefund,
    CardReversal,
    Trace,
)
from pasarela.rails.iso8583.message import Message
from pasarela.rails.simulators.book import Book
from pasarela.rails.simulators.issuer import Issuer
from tests.rails.card_world import ACCEPTOR, card, mxn

SETTINGS = CardNetworkSettings(acquirer="00000000001", outcome_wishes=True)
SENT_AT = datetime(2026, 11, 21, 2, 52, 0, tzinfo=UTC)
FIRST = Trace("000123", "A1B2C3D4E5F6", SENT_AT)
SECOND = Trace("000124", "A1B2C3D4E5F7", SENT_AT)

PAN = "3136 34313131313131313131313131313131"  # 2: 16, 4111111111111111
PURCHASE = "303030303030"  # 3
REFUND = "323030303030"  # 3
AMOUNT = "303030303030303130303530"  # 4: 000000010050
INSTANT = "31313231303235323030"  # 7: 1121025200
STAN = "303030313233"  # 11: 000123
STAN_2 = "303030313234"
LOCAL = "323035323030 31313230"  # 12, 13: 205200 1120
EXPIRY = "32393132"  # 14: 2912
CATEGORY = "35393939"  # 18: 5999
ECOMMERCE = "383132 3539"  # 22, 25: 812 59
INSTITUTION = "3131 3030303030303030303031"  # 32: 11, 00000000001
RRN = "413142324333443445354636"  # 37: A1B2C3D4E5F6
RRN_2 = "413142324333443445354637"
CODE = "313233343536"  # 38: 123456
TERMINAL = "3030303030303031"  # 41: 00000001
MERCHANT = "6d7a64746c6e30626d746d73366f33"  # 42: mzdtln0bmtms6o3
NAME = (
    "5469656e64612050656e61 2020202020202020202020202020"  # 43: Tienda Pena, 14 spaces
    "436975646164206465204d6578 4d58"  # Ciudad de Mex, MX
)
SHOP = TERMINAL + MERCHANT + NAME
ORIGINAL_RRN = "303136 4f52 3132 413142324333443445354636"  # 48: 016, OR 12 A1B2C3D4E5F6
JUAN_PEREZ = "4a75616e20506572657a"
OUTCOME_51 = "4f5554434f4d45203531"
MXN = "343834"  # 49: 484
NO_FORWARDER = "3030303030303030303030"
OF_HOLD = (
    "30313030 303030313233 31313231303235323030 3030303030303030303031" + NO_FORWARDER
)  # 90: 0100 000123 1121025200 00000000001
OF_SALE = "30323030" + OF_HOLD[8:]  # 90: 0200 ...
NOTHING_REMAINS = "30" * 24 + "44 3030303030303030" * 2  # 95

# Bitmaps. Requests: 2 3 4 7, 11 12 13 14, 18 22, 25 32, 37, 41 42 43 48, 49.
HOLD = (
    "00ca 30313030 723c448108e18000"
    + PAN + PURCHASE + AMOUNT + INSTANT + STAN + LOCAL + EXPIRY + CATEGORY + ECOMMERCE + INSTITUTION + RRN + SHOP
    # 48: 021, CV 03 737, HN 10 Juan Perez
    + "303231 4356 3033 373337 484e 3130" + JUAN_PEREZ + MXN
)  # fmt: skip  # one line for each group of fields, as in the standard
SALE = (
    "00da 30323030 723c448108e18000"
    + PAN + PURCHASE + AMOUNT + INSTANT + STAN + LOCAL + EXPIRY + CATEGORY + ECOMMERCE + INSTITUTION + RRN + SHOP
    # 48: 037, HN 10 Juan Perez, EC 02 05, IN 02 06, OW 07 approve
    + "303337 484e 3130" + JUAN_PEREZ + "4543 3032 3035 494e 3032 3036 4f57 3037 617070726f7665" + MXN
)  # fmt: skip  # one line for each group of fields, as in the standard
# With a secondary bitmap for 90.
GIVE_BACK = (
    "00f7 30323030 f23c448108e18000 0000004000000000"
    + PAN + REFUND + AMOUNT + INSTANT + STAN_2 + LOCAL + EXPIRY + CATEGORY + ECOMMERCE + INSTITUTION + RRN_2 + SHOP
    + ORIGINAL_RRN + MXN + OF_SALE
)  # fmt: skip  # one line for each group of fields, as in the standard
# And 38.
CLEARING = (
    "00fd 30323230 f23c44810ce18000 0000004000000000"
    + PAN + PURCHASE + AMOUNT + INSTANT + STAN_2 + LOCAL + EXPIRY + CATEGORY + ECOMMERCE + INSTITUTION + RRN_2 + CODE
    + SHOP + ORIGINAL_RRN + MXN + OF_HOLD
)  # fmt: skip  # one line for each group of fields, as in the standard
# 2 3 4 7, 11 12 13, 18, 32, 37, 41 42 43 48, 49, 90 95.
UNDO = (
    "f238400108e18000 0000004200000000"
    + PAN + PURCHASE + AMOUNT + INSTANT + STAN_2 + LOCAL + CATEGORY + INSTITUTION + RRN_2 + SHOP
    + ORIGINAL_RRN + MXN + OF_SALE + NOTHING_REMAINS
)  # fmt: skip  # one line for each group of fields, as in the standard
UNDO_REFUND = UNDO.replace(PAN + PURCHASE, PAN + REFUND)
# Answers: 3 4 7, 11, 32, 37 38 39, 41 42, 49; without 38 when there's no code.
YES = TERMINAL + MERCHANT + MXN
ANSWERS = {
    "0110": "0069 30313130 322000010ec08000" + PURCHASE + AMOUNT + INSTANT + STAN + INSTITUTION + RRN
    + CODE + "3030" + YES,
    "0210": "0063 30323130 322000010ac08000" + PURCHASE + AMOUNT + INSTANT + STAN + INSTITUTION + RRN
    + "3531" + YES,
    "0230": "0069 30323330 322000010ec08000" + PURCHASE + AMOUNT + INSTANT + STAN_2 + INSTITUTION + RRN_2
    + CODE + "3030" + YES,
    "0410": "0063 30343130 322000010ac08000" + PURCHASE + AMOUNT + INSTANT + STAN_2 + INSTITUTION + RRN_2
    + "3030" + YES,
    "0430": "0063 30343330 322000010ac08000" + PURCHASE + AMOUNT + INSTANT + STAN_2 + INSTITUTION + RRN_2
    + "3030" + YES,
}  # fmt: skip  # one line for each group of fields, as in the standard
SIGN_ON = "0027 30383030 8220000000000000 0400000000000000" + INSTANT + STAN + "303031"  # 7 11 70
SIGNED_ON = "0029 30383130 8220000002000000 0400000000000000" + INSTANT + STAN + "3030" + "303031"  # 39


def hold(purpose: CardPurpose = CardPurpose.AUTHORISATION) -> CardAuthorization:
    return CardAuthorization(FIRST, ACCEPTOR, card(), mxn(10050), purpose)


def sale() -> CardAuthorization:
    plain = card()
    without_cvv = type(plain)(plain.pan, plain.holder_name, plain.expiry)
    return CardAuthorization(
        FIRST,
        ACCEPTOR,
        without_cvv,
        mxn(10050),
        CardPurpose.SALE,
        instalments=6,
        outcome="approve",
        eci="05",
    )


def completion() -> CardCompletion:
    return CardCompletion(SECOND, FIRST, ACCEPTOR, card(), mxn(10050), "123456")


def refund() -> CardRefund:
    return CardRefund(SECOND, FIRST, ACCEPTOR, card(), mxn(10050))


def reversal(*, timed_out: bool, refund: bool = False) -> CardReversal:
    purpose = CardPurpose.SALE
    return CardReversal(
        SECOND,
        FIRST,
        ACCEPTOR,
        card(),
        mxn(10050),
        purpose,
        timed_out=timed_out,
        repeat=False,
        refund=refund,
    )


REQUESTS = {
    "0100": (wire.authorisation(hold(), SETTINGS), HOLD),
    "0200": (wire.authorisation(sale(), SETTINGS), SALE),
    "0200 refund": (wire.refund(refund(), SETTINGS), GIVE_BACK),
    "0220": (wire.completion(completion(), SETTINGS), CLEARING),
    "0400": (wire.reversal(reversal(timed_out=False), SETTINGS, repeat=False), "0118 30343030" + UNDO),
    "0401": (wire.reversal(reversal(timed_out=False), SETTINGS, repeat=True), "0118 30343031" + UNDO),
    "0420": (wire.reversal(reversal(timed_out=True), SETTINGS, repeat=False), "0118 30343230" + UNDO),
    "0421": (wire.reversal(reversal(timed_out=True), SETTINGS, repeat=True), "0118 30343231" + UNDO),
    "0420 refund": (
        wire.reversal(reversal(timed_out=True, refund=True), SETTINGS, repeat=False),
        "0118 30343230" + UNDO_REFUND,
    ),
    "0800": (wire.network_management(FIRST, "001"), SIGN_ON),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_byte_for_byte(name: str) -> None:
    message, expected = REQUESTS[name]

    assert message.frame() == bytes.fromhex(expected)


class AlwaysTheSame:
    """A source of randomness for which every authorisation code is 123456."""

    def getrandbits(self, k: int, /) -> int:
        return 0

    def randrange(self, stop: int, /) -> int:
        return 123456


@pytest.mark.parametrize(
    ("request_bytes", "answer"),
    [
        (HOLD, "0110"),
        (CLEARING, "0230"),
        ("0118 30343030" + UNDO, "0410"),
        ("0118 30343031" + UNDO, "0410"),
        ("0118 30343230" + UNDO, "0430"),
        ("0118 30343231" + UNDO, "0430"),
        # A wish that means nothing, and a holder who asks for 51.
        (SALE.replace("617070726f7665", "5f5f5f5f5f5f5f").replace(JUAN_PEREZ, OUTCOME_51), "0210"),
    ],
)
def test_the_networks_answer_byte_for_byte(request_bytes: str, answer: str) -> None:
    request = Message.decode(bytes.fromhex(request_bytes)[2:])

    decision = Issuer(Book(10), AlwaysTheSame(), None).decide(request)

    assert decision.answer.frame() == bytes.fromhex(ANSWERS[answer])


def test_sign_on_is_answered_byte_for_byte() -> None:
    request = Message.decode(bytes.fromhex(SIGN_ON)[2:])

    assert request.answer("00").frame() == bytes.fromhex(SIGNED_ON)


def test_a_sale_authenticated_by_3d_secure_carries_its_proof() -> None:
    cavv = "AAABBBCCCDDDEEEFFFGGGHHHIII="
    by: dict[str, Any] = {"ds_trans_id": "f25084f0-5b16-4c0a-ae5d-b24808a95e4b", "authentication_version": "2.2.0"}
    request = CardAuthorization(FIRST, ACCEPTOR, card(), mxn(10050), CardPurpose.SALE, eci="05", cavv=cavv, **by)

    message = Message.decode(wire.authorisation(request, SETTINGS).frame()[2:])

    assert (message.element("EC"), message.element("CA"), message.element("IN")) == ("05", cavv, None)
    assert (message.element("DT"), message.element("AP")) == (by["ds_trans_id"], "2")


def test_a_verification_says_so_in_its_condition_code() -> None:
    message = wire.authorisation(CardAuthorization(FIRST, ACCEPTOR, card(), mxn(0), CardPurpose.VERIFICATION), SETTINGS)

    assert (message.mti, message.get("25"), message.get("4")) == ("0100", "51", "000000000000")


@pytest.mark.parametrize("wishes", [True, False])
def test_a_wish_travels_only_where_the_settings_let_it(wishes: bool) -> None:
    settings = CardNetworkSettings(outcome_wishes=wishes)

    messages = [
        wire.authorisation(sale(), settings),
        wire.completion(replace(completion(), outcome="approve"), settings),
        wire.refund(replace(refund(), outcome="approve"), settings),
    ]

    assert [message.element("OW") for message in messages] == ["approve" if wishes else None] * 3
