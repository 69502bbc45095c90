"""BBVA's payers from the charge to the shop: on our page, at their bank; confirmed by a token from the merchant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.bbva.bodies import BACK, CREDIT, vpos
from tests.facades.openpay.bodies import changed
from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import card as typed
from tests.web.three_ds.payer import CHALLENGE, CHALLENGE_FAILS, CODE, FRICTIONLESS, Payer

NO_FUNDS = "4444444444444448"


@pytest.fixture
async def payer(sandbox: SandboxServer) -> AsyncIterator[Payer]:
    payer = Payer(sandbox.base_url)
    yield payer
    await payer.close()


async def waiting(sandbox: SandboxServer, **changes: Any) -> dict[str, Any]:
    answer = await sandbox.bbva.post("charges", json=vpos(**changes))
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def found(sandbox: SandboxServer, made: dict[str, Any]) -> dict[str, Any]:
    charge: dict[str, Any] = (await sandbox.bbva.get(f"charges/{made['id']}")).json()
    return charge


@pytest.mark.parametrize(("number", "status"), [(CHALLENGE, "completed"), (CHALLENGE_FAILS, "charge_pending")])
async def test_on_our_page(sandbox: SandboxServer, payer: Payer, number: str, status: str) -> None:
    made = await waiting(sandbox)
    challenge = await payer.press(await payer.open(made["payment_method"]["url"]), **typed(number))
    bank = await payer.press(challenge)

    back = await payer.press(await payer.press(bank, code=CODE))

    assert (back.status_code, (await found(sandbox, made))["status"]) == (303, status)
    shop = back.headers["location"] == f"{BACK}?id={made['id']}"
    assert shop is (status == "completed")


async def test_three_declines_and_back_to_the_shop(sandbox: SandboxServer, payer: Payer) -> None:
    made = await waiting(sandbox, use_3d_secure="FALSE")
    page = await payer.open(made["payment_method"]["url"])
    for _ in range(2):
        page = await payer.press(page, **typed(NO_FUNDS))
        assert (page.status_code, (await found(sandbox, made))["status"]) == (402, "charge_pending")

    back = await payer.press(page, **typed(NO_FUNDS))

    assert (back.status_code, back.headers["location"]) == (303, f"{BACK}?id={made['id']}")
    assert (await found(sandbox, made))["status"] == "failed"


async def test_an_unpaid_page_is_cancelled_after_a_day(sandbox: SandboxServer) -> None:
    made = await waiting(sandbox)

    await sandbox.control.post("clock", json={"advance": "PT24H1M"})

    assert (await found(sandbox, made))["status"] == "cancelled"


async def token(sandbox: SandboxServer, number: str) -> str:
    return str((await sandbox.bbva.post("tokens", json=changed(CREDIT, card_number=number))).json()["id"])


async def test_a_confirmed_charge_with_3d_secure_goes_by_the_payers_bank(sandbox: SandboxServer, payer: Payer) -> None:
    made = await waiting(sandbox)
    body = {"token_id": await token(sandbox, CHALLENGE), "device_session_id": "d" * 32}

    confirmed = await sandbox.bbva.post(f"charges/{made['id']}/confirm", json=body)

    charge = confirmed.json()
    assert (confirmed.status_code, charge["status"]) == (200, "charge_pending"), confirmed.text
    assert charge["payment_method"]["url"].endswith(f"/charges/{made['id']}/redirect/")
    assert charge["card"]["card_number"] == "400000XXXXXX2503"
    again = await sandbox.bbva.post(f"charges/{made['id']}/confirm", json=body)
    assert (again.status_code, again.json()["error_code"]) == (422, 1003)
    bank = await payer.to_bank(charge["payment_method"]["url"])
    back = await payer.press(await payer.press(bank, code=CODE))
    assert back.headers["location"] == f"{BACK}?id={made['id']}"
    paid = await found(sandbox, made)
    assert (paid["status"], paid["card"]["card_number"]) == ("completed", "400000XXXXXX2503")


async def test_a_payer_may_take_another_card_than_the_confirmed_one(sandbox: SandboxServer, payer: Payer) -> None:
    made = await waiting(sandbox)
    body = {"token_id": await token(sandbox, CHALLENGE_FAILS)}
    charge = (await sandbox.bbva.post(f"charges/{made['id']}/confirm", json=body)).json()
    bank = await payer.to_bank(charge["payment_method"]["url"])
    refused = await payer.press(await payer.press(bank, code=CODE))
    assert refused.headers["location"].endswith("/card_capture")

    back = await payer.press(await payer.open(made["payment_method"]["url"]), **typed(FRICTIONLESS))

    assert (back.status_code, back.headers["location"]) == (303, f"{BACK}?id={made['id']}")
    assert (await found(sandbox, made))["status"] == "completed"
    late = await sandbox.bbva.post(
        f"charges/{made['id']}/confirm", json={"token_id": await token(sandbox, CREDIT["card_number"])}
    )
    assert (late.status_code, late.json()["error_code"]) == (422, 1003)
