"""The STP connector against a stub that checks signatures: orders go out once, silence is `Unknown`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from pasarela.kernel.secret import Secret
from pasarela.rails.contract import (
    SpeiAccepted,
    SpeiNotSeen,
    SpeiRefused,
    SpeiReturned,
    SpeiSettled,
    Unknown,
)
from pasarela.rails.spei.rail import StpRail
from pasarela.rails.spei.settings import StpSettings
from tests.rails.spei_world import CLABE, COMPANY, StpStub, order, pem, private_key, serving

_KEY = private_key()


@pytest.fixture
async def stp() -> AsyncIterator[StpStub]:
    stub = StpStub(_KEY.public_key())
    async with serving(stub):
        yield stub


@pytest.fixture
def rail(stp: StpStub) -> StpRail:
    return StpRail(StpSettings(stp.url, COMPANY, pem(_KEY), None, "stp", Secret("stp"), timeout_s=5))


async def test_an_order_is_registered_with_a_signature(rail: StpRail, stp: StpStub) -> None:
    assert await rail.send(order()) == SpeiAccepted("2000001")

    (sent,) = stp.orders.values()
    del sent["firma"]
    assert sent == {
        "institucionContraparte": "40012",
        "empresa": "PASARELA",
        "claveRastreo": "TR0000000000000000A1",
        "institucionOperante": "90646",
        "monto": "10.50",
        "tipoPago": 1,
        "tipoCuentaOrdenante": 40,
        "nombreOrdenante": "Demo Openpay",
        "cuentaOrdenante": "646180109400135624",
        "tipoCuentaBeneficiario": 40,
        "nombreBeneficiario": "Juan Hernandez Sanchez",
        "cuentaBeneficiario": CLABE,
        "rfcCurpBeneficiario": "ND",
        "conceptoPago": "Retiro de saldo semanal",
        "referenciaNumerica": 1234567,
        "topologia": "T",
        "medioEntrega": 3,
        "prioridad": 1,
    }


async def test_an_order_sent_twice_is_one_order(rail: StpRail, stp: StpStub) -> None:
    await rail.send(order())

    assert await rail.send(order()) == SpeiAccepted("TR0000000000000000A1")
    assert len(stp.orders) == 1


async def test_a_wrong_key_is_refused(stp: StpStub) -> None:
    stranger = StpRail(StpSettings(stp.url, COMPANY, pem(private_key()), None, "stp", Secret("stp")))

    assert await stranger.send(order()) == SpeiRefused("0", "Error validando la firma")
    assert stp.orders == {}


async def test_an_answer_lost_on_the_way_is_unknown_and_found_later(rail: StpRail, stp: StpStub) -> None:
    stp.break_off = True
    assert await rail.send(order()) == Unknown()
    stp.break_off = False

    assert await rail.find(order()) == SpeiAccepted("2000001")
    assert await rail.find(order("TR0000000000000000B2")) == SpeiNotSeen()


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("LQ", SpeiSettled("TR0000000000000000A1")),
        ("D", SpeiReturned("TR0000000000000000A1", "D")),
    ],
)
async def test_a_query_tells_how_an_order_ended(
    rail: StpRail, stp: StpStub, state: str, found: SpeiSettled | SpeiReturned
) -> None:
    await rail.send(order())
    stp.states["TR0000000000000000A1"] = state

    assert await rail.find(order()) == found


@pytest.mark.parametrize("nonsense", [b"<html>", b"[]", b'{"resultado":{"id":"x"}}', b'{"resultado":null}'])
async def test_nonsense_is_unknown(rail: StpRail, stp: StpStub, nonsense: bytes) -> None:
    stp.instead = nonsense

    assert await rail.send(order()) == Unknown()


async def test_an_error_of_the_server_is_unknown(rail: StpRail, stp: StpStub) -> None:
    stp.instead, stp.status = b'{"resultado":{"id":7,"descripcionError":"x"}}', 503

    assert await rail.send(order()) == Unknown()
    assert await rail.find(order()) == Unknown()


async def test_nobody_there_means_that_nothing_was_sent() -> None:
    nobody = StpRail(StpSettings("http://127.0.0.1:1", COMPANY, pem(_KEY), None, "stp", Secret("stp")))

    assert await nobody.send(order()) == Unknown(reached=False)


async def test_a_returned_deposit_is_a_return_for_stp(rail: StpRail, stp: StpStub) -> None:
    await rail.send(replace(order(), returns="ABONO1"))

    assert stp.orders["TR0000000000000000A1"]["tipoPago"] == 0
