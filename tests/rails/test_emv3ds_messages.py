"""EMV 3-D Secure's messages: what is one, and how what is none is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pasarela.kernel.secret import Secret
from pasarela.rails.authentication import AuthenticationRequest
from pasarela.rails.emv3ds import messages as m
from pasarela.rails.three_ds import wire
from pasarela.rails.three_ds.settings import ThreeDsSettings

TRANS = "8a880dc0-d2d2-4067-bcb1-b08d1690b26e"
DS = "f25084f0-5b16-4c0a-ae5d-b24808a95e4b"
ACS = "d7c1ee99-9478-44a6-b1f2-391e29c6b340"

RREQ: dict[str, Any] = {
    "messageType": "RReq",
    "messageVersion": "2.2.0",
    "threeDSServerTransID": TRANS,
    "dsTransID": DS,
    "acsTransID": ACS,
    "messageCategory": "01",
    "transStatus": "Y",
    "eci": "05",
    "authenticationValue": "MTIzNDU2Nzg5MDA5ODc2NTQzMjE=",
    "interactionCounter": "01",
}
ARES: dict[str, Any] = {
    "messageType": "ARes",
    "messageVersion": "2.2.0",
    "threeDSServerTransID": TRANS,
    "dsTransID": DS,
    "dsReferenceNumber": "DS",
    "acsTransID": ACS,
    "acsReferenceNumber": "ACS",
    "transStatus": "Y",
    "eci": "05",
    "authenticationValue": "MTIzNDU2Nzg5MDA5ODc2NTQzMjE=",
}


def body(message: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({key: value for key, value in (message | changes).items() if value is not None}).encode()


def test_a_message_is_read_and_written_alike() -> None:
    rreq = m.decode(body(RREQ, unheardOf="x"), m.RReq)

    assert (rreq.three_ds_server_trans_id, rreq.eci, rreq.challenge_cancel) == (TRANS, "05", None)
    assert json.loads(m.encode(rreq)) == RREQ


@pytest.mark.parametrize(
    ("sent", "code", "detail"),
    [
        (b"{", "101", "not JSON"),
        (b"\xff", "101", "not JSON"),
        (b"[]", "203", ""),
        (body(ARES), "101", "not a RReq"),
        (body(RREQ, messageType="XReq"), "203", "messageType"),
        (body(RREQ, messageType=None), "201", "messageType"),
        (body(RREQ, dsTransID=None), "201", "dsTransID"),
        (body(RREQ, dsTransID="1"), "203", "dsTransID"),
        (body(RREQ, transStatus="C"), "203", "transStatus"),
        (body(RREQ, eci="5"), "203", "eci"),
        (body(RREQ, authenticationValue="short"), "203", "authenticationValue"),
        (body(RREQ, messageVersion="1.0.2"), "102", "2.1.0, 2.2.0"),
    ],
)
def test_what_is_wrong_with_a_message_is_told_without_its_values(sent: bytes, code: str, detail: str) -> None:
    with pytest.raises(m.NotUnderstood) as caught:
        m.decode(sent, m.RReq)

    assert (caught.value.code, caught.value.detail) == (code, detail)
    told = json.loads(m.encode(caught.value.erro("S", "RReq")))
    assert (told["messageType"], told["errorCode"], told["errorComponent"]) == ("Erro", code, "S")


def test_an_error_of_the_other_side_is_no_message() -> None:
    erro = m.NotUnderstood("403", "down").erro("D", "AReq")
    with pytest.raises(m.ErrorReceived, match="403"):
        m.decode(m.encode(erro), m.ARes)


@pytest.mark.parametrize("text", ["", "%", "é", "e30", "bm90IGpzb24"])
def test_what_a_browser_brings_may_be_anything(text: str) -> None:
    with pytest.raises(m.NotUnderstood):
        m.from_browser(text, m.CReq)


def test_what_goes_through_a_browser_is_base64url_without_padding() -> None:
    creq = m.CReq(message_version="2.2.0", three_ds_server_trans_id=TRANS, acs_trans_id=ACS, challenge_window_size="05")
    text = m.to_browser(creq)

    assert not set(text) & set("+/=")
    assert m.from_browser(text, m.CReq) == creq


@pytest.mark.parametrize("changes", [{"authenticationValue": None}, {"eci": None}, {"eci": "06"}, {"eci": "07"}])
def test_a_result_that_proves_nothing_is_not_believed(changes: dict[str, Any]) -> None:
    with pytest.raises(m.NotUnderstood):
        wire.result_of(m.decode(body(RREQ, **changes), m.RReq))


@pytest.mark.parametrize(
    "changes",
    [
        {"eci": "02"},
        {"authenticationValue": None},
        {"threeDSServerTransID": ACS},
        {"transStatus": "A"},
        {"transStatus": "C"},
    ],
)
def test_an_answer_that_contradicts_itself_is_not_believed(
    changes: dict[str, Any], visa_request: AuthenticationRequest
) -> None:
    with pytest.raises(m.NotUnderstood):
        wire.answer_of(m.decode(body(ARES, **changes), m.ARes), visa_request)


def test_a_card_number_is_a_secret_in_a_message(visa_request: AuthenticationRequest) -> None:
    areq = wire.areq(visa_request, ThreeDsSettings("https://a.example", "https://a.example"))

    assert "4111" not in repr(areq)
    assert m.decode(m.encode(areq), m.AReq).acct_number == Secret("4111111111111111")
