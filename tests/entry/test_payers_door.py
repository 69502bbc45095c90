"""Where networks of payers knock in production, and what must be set for it."""

from __future__ import annotations

import base64
import json
from typing import cast

import httpx
import pytest

from pasarela.entry.failures import CannotStart
from pasarela.entry.payers import BODY_BYTES_MAX, PayersDoor
from pasarela.entry.platform import Platform
from pasarela.entry.wiring_payers import PAYER_VARIABLES, payers_of
from pasarela.rails.payers import StorePayment, TillAccepts, TillAnswer, TillQuestion
from tests.rails.payers_world import mxn

STORES = {"PASARELA_STORES_USER": "stores", "PASARELA_STORES_PASSWORD": "long-password"}
KNOCK = {"Authorization": "Basic " + base64.b64encode(b"stores:long-password").decode()}
NO_PLATFORM = cast(Platform, None)


def test_nobody_knocks_where_nothing_is_set() -> None:
    assert payers_of({})(NO_PLATFORM).doors == {}


@pytest.mark.parametrize("name", PAYER_VARIABLES)
def test_a_network_that_is_set_by_half_is_refused(name: str) -> None:
    with pytest.raises(CannotStart, match="by half"):
        payers_of({name: "x"})


async def test_a_network_of_stores_knocks() -> None:
    payers = payers_of(STORES)(NO_PLATFORM)
    taken: list[StorePayment] = []

    async def asked(question: TillQuestion) -> TillAnswer:
        return TillAccepts(question.amount or mxn(10_000))

    async def paid(payment: StorePayment) -> None:
        taken.append(payment)

    payers.stores.on_question(asked)
    payers.stores.on_payment(paid)
    transport = httpx.ASGITransport(PayersDoor(payers.doors))
    async with httpx.AsyncClient(transport=transport, base_url="http://door", headers=KNOCK) as door:
        said = {"receipt_id": "r1", "reference": "000020", "amount": "100.00"}
        asking = await door.post("/payers/stores/questions", json=said)
        assert (asking.status_code, asking.json()) == (200, {"accepted": True, "amount": "100.00"})
        assert (await door.post("/payers/stores/payments", json=said)).status_code == 200
        refused = [
            await door.get("/payers/stores/payments"),
            await door.post("/payers/wallets/answers", json=said),
            await door.post("/payers/stores/payments", content=b" " * (BODY_BYTES_MAX + 1)),
            await door.post("/payers/stores/payments", json=said, headers={"Authorization": "Basic eA=="}),
            await door.post("/payers/stores/payments", content=json.dumps([said])),
        ]
    assert [answer.status_code for answer in refused] == [405, 404, 413, 401, 400]
    assert taken == [StorePayment("r1", "000020", mxn(10_000))]
