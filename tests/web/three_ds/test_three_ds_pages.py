"""Charges with 3-D Secure from their creation to the payer's return, over HTTP, without a script."""

from __future__ import annotations

from tests.fixtures_server import SandboxServer
from tests.web.three_ds.payer import CHALLENGE, CODE, FRICTIONLESS, SHOP, Payer, charge


async def test_a_frictionless_payer_is_charged_at_once(sandbox: SandboxServer, payer: Payer) -> None:
    made = await sandbox.openpay.post("/charges", json=charge(FRICTIONLESS))
    assert made.status_code == 200, made.text
    asked = made.json()
    assert asked["status"] == "charge_pending"

    start = await payer.open(asked["payment_method"]["url"])
    assert start.status_code == 200
    back = await payer.press(start)

    assert (back.status_code, back.headers["location"]) == (303, f"{SHOP}?id={asked['id']}")
    assert (await sandbox.openpay.get(f"/charges/{asked['id']}")).json()["status"] == "completed"


async def test_a_challenged_payer_types_his_code(sandbox: SandboxServer, payer: Payer) -> None:
    asked = (await sandbox.openpay.post("/charges", json=charge(CHALLENGE))).json()

    bank = await payer.to_bank(asked["payment_method"]["url"])
    assert "Autoriza tu compra" in bank.text
    done = await payer.press(bank, code=CODE)
    back = await payer.press(done)

    assert (back.status_code, back.headers["location"]) == (303, f"{SHOP}?id={asked['id']}")
    assert (await sandbox.openpay.get(f"/charges/{asked['id']}")).json()["status"] == "completed"
