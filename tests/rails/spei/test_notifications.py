"""The door for STP's notifications: who may knock, what is understood, and what is told on."""

from __future__ import annotations

import base64
import json

import pytest

from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import Secret
from pasarela.rails.contract import SpeiDeposit, SpeiReturned, SpeiSettled
from pasarela.rails.spei.notifications import StpNotifications
from pasarela.rails.spei.rail import StpRail
from pasarela.rails.spei.settings import StpSettings
from tests.rails.spei_world import COMPANY, Heard, pem, private_key

_SETTINGS = StpSettings("https://stp.invalid/rest", COMPANY, pem(private_key()), None, "stp", Secret("secreto"))
_AUTH = "Basic " + base64.b64encode(b"stp:secreto").decode()
_ABONO = {
    "id": 12345,
    "fechaOperacion": 20261123,
    "institucionOrdenante": 40012,
    "institucionBeneficiaria": 90646,
    "claveRastreo": "MBAN01002611230001",
    "monto": 120.5,
    "nombreOrdenante": "Juan Tapia",
    "tipoCuentaOrdenante": 40,
    "cuentaOrdenante": "012298026516924616",
    "rfcCurpOrdenante": "ND",
    "cuentaBeneficiario": "646180109400135624",
    "conceptoPago": "Deposito",
    "referenciaNumerica": 7654321,
}


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def door(heard: Heard) -> StpNotifications:
    rail = StpRail(_SETTINGS)
    rail.on_notification(heard)
    return StpNotifications(rail, _SETTINGS)


async def test_a_deposit_is_told_with_its_exact_amount(door: StpNotifications, heard: Heard) -> None:
    assert await door.received("abonos", _AUTH, json.dumps(_ABONO).encode()) == (200, b'{"mensaje":"confirmar"}')

    assert heard == [
        SpeiDeposit(
            tracking_key="MBAN01002611230001",
            amount=Money(12050, Currency.MXN),
            clabe="646180109400135624",
            concept="Deposito",
            reference="7654321",
            sender_name="Juan Tapia",
            sender_account="012298026516924616",
            sender_institution="40012",
            sender_tax_id="ND",
        )
    ]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("LQ", [SpeiSettled("TR1")]),
        ("D", [SpeiReturned("TR1", "CUENTA INEXISTENTE")]),
        ("A", []),
    ],
)
async def test_a_change_of_state_is_told_when_it_ends_the_order(
    door: StpNotifications, heard: Heard, state: str, told: list[SpeiSettled | SpeiReturned]
) -> None:
    body = {
        "id": 1,
        "empresa": COMPANY,
        "claveRastreo": "TR1",
        "estado": state,
        "causaDevolucion": "CUENTA INEXISTENTE",
    }

    assert await door.received("estados", _AUTH, json.dumps(body).encode()) == (200, b'{"mensaje":"recibido"}')
    assert heard == told


@pytest.mark.parametrize(
    "authorization", [None, "", "Basic ***", "Basic c3RwOm1hbA==", _AUTH.replace("Basic", "Bearer")]
)
async def test_others_than_stp_are_not_heard(door: StpNotifications, heard: Heard, authorization: str | None) -> None:
    status, _ = await door.received("abonos", authorization, json.dumps(_ABONO).encode())

    assert (status, heard) == (401, [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        json.dumps({**_ABONO, "monto": -1}).encode(),
        json.dumps({**_ABONO, "monto": "12.345"}).encode(),
        json.dumps({**_ABONO, "claveRastreo": ""}).encode(),
        json.dumps({name: value for name, value in _ABONO.items() if name != "cuentaBeneficiario"}).encode(),
    ],
)
async def test_what_is_no_deposit_is_not_told(door: StpNotifications, heard: Heard, body: bytes) -> None:
    status, _ = await door.received("abonos", _AUTH, body)

    assert (status, heard) == (400, [])


async def test_there_are_two_kinds(door: StpNotifications, heard: Heard) -> None:
    status, _ = await door.received("otros", _AUTH, b"{}")

    assert (status, heard) == (404, [])
