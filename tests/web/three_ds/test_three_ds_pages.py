"""Charges with 3-D Secure from their creation to the payer's return, over HTTP, without a script."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.fixtures_server import SandboxServer
from tests.web.three_ds.payer import (
    ATTEMPTED,
    CHALLENGE,
    CHALLENGE_FAILS,
    CHALLENGE_UNAVAILABLE,
    CODE,
    ERRONEOUS,
    FRICTIONLESS,
    REFUSED,
    REJECTED,
    SHOP,
    UNAVAILABLE,
    Payer,
    charge,
    form_of,
)

NOT_AUTHENTICATED = "The card was declined, its holder could not be authenticated (3-D Secure)"


async def asked(sandbox: SandboxServer, card_number: str, **changes: Any) -> dict[str, Any]:
    answer = await sandbox.openpay.post("/charges", json=charge(card_number, **changes))
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    assert made["status"] == "charge_pending"
    return made


async def standing(sandbox: SandboxServer, made: dict[str, Any]) -> tuple[str, str | None]:
    """How the merchant finds the charge when its payer has come back."""
    found = (await sandbox.openpay.get(f"/charges/{made['id']}")).json()
    return found["status"], found["error_message"]


def at_shop(page: httpx.Response, made: dict[str, Any]) -> bool:
    return (page.status_code, page.headers.get("location")) == (303, f"{SHOP}?id={made['id']}")


@pytest.mark.parametrize("card_number", [FRICTIONLESS, ATTEMPTED])
async def test_who_is_known_to_his_bank_is_charged_at_once(
    sandbox: SandboxServer, payer: Payer, card_number: str
) -> None:
    made = await asked(sandbox, card_number)
    start = await payer.open(made["payment_method"]["url"])
    assert (start.status_code, "Tu banco comprueba que eres tú" in start.text) == (200, True)
    assert await standing(sandbox, made) == ("charge_pending", None)

    assert at_shop(await payer.press(start), made)
    assert await standing(sandbox, made) == ("completed", None)
    assert at_shop(await payer.open(made["payment_method"]["url"]), made)


@pytest.mark.parametrize("card_number", [REFUSED, REJECTED, UNAVAILABLE, ERRONEOUS])
async def test_who_is_not_authenticated_is_declined(sandbox: SandboxServer, payer: Payer, card_number: str) -> None:
    made = await asked(sandbox, card_number)

    assert at_shop(await payer.press(await payer.open(made["payment_method"]["url"])), made)
    assert await standing(sandbox, made) == ("failed", NOT_AUTHENTICATED)


async def test_a_challenged_payer_types_his_code(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, CHALLENGE)
    bank = await payer.to_bank(made["payment_method"]["url"])
    assert "Autoriza tu compra" in bank.text
    assert "2503" in bank.text

    done = await payer.press(bank, code=CODE)
    assert at_shop(await payer.press(done), made)
    assert await standing(sandbox, made) == ("completed", None)


async def test_the_code_stands_among_the_messages(sandbox: SandboxServer, payer: Payer) -> None:
    await payer.to_bank((await asked(sandbox, CHALLENGE))["payment_method"]["url"])

    messages = (await sandbox.control.get("/messages")).text
    assert "1234 es tu código para autorizar tu compra" in messages


async def test_three_wrong_codes_decline(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, CHALLENGE)
    bank = await payer.to_bank(made["payment_method"]["url"])
    for left in ("Te quedan 2 intentos.", "Te queda un intento."):
        bank = await payer.press(bank, code="9999")
        assert left in bank.text
    done = await payer.press(bank, code="9999")

    assert at_shop(await payer.press(done), made)
    assert await standing(sandbox, made) == ("failed", NOT_AUTHENTICATED)


@pytest.mark.parametrize("card_number", [CHALLENGE_FAILS, CHALLENGE_UNAVAILABLE])
async def test_a_right_code_is_not_always_enough(sandbox: SandboxServer, payer: Payer, card_number: str) -> None:
    made = await asked(sandbox, card_number)
    done = await payer.press(await payer.to_bank(made["payment_method"]["url"]), code=CODE)

    assert at_shop(await payer.press(done), made)
    assert await standing(sandbox, made) == ("failed", NOT_AUTHENTICATED)


async def test_a_payer_who_cancels_at_his_bank_is_declined(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, CHALLENGE)
    done = await payer.press(await payer.to_bank(made["payment_method"]["url"]), cancel="1")

    assert at_shop(await payer.press(done), made)
    assert await standing(sandbox, made) == ("failed", NOT_AUTHENTICATED)


async def test_a_decline_after_the_challenge_is_shown_as_that(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, CHALLENGE, amount=9000.51)
    done = await payer.press(await payer.to_bank(made["payment_method"]["url"]), code=CODE)

    assert at_shop(await payer.press(done), made)
    assert await standing(sandbox, made) == ("failed", "The card doesn't have sufficient funds")


async def test_a_hold_is_captured_later(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, FRICTIONLESS, capture=False)
    await payer.press(await payer.open(made["payment_method"]["url"]))
    assert await standing(sandbox, made) == ("in_progress", None)

    await sandbox.openpay.post(f"/charges/{made['id']}/capture", json={"amount": 60})
    assert await standing(sandbox, made) == ("completed", None)


async def test_the_return_by_itself_proves_nothing(sandbox: SandboxServer, payer: Payer) -> None:
    """Whoever knows the address may post anything to it."""
    made = await asked(sandbox, CHALLENGE)
    url = made["payment_method"]["url"]
    async with httpx.AsyncClient() as anybody:
        before = await anybody.post(f"{url}return", data={"cres": "eyJ0cmFuc1N0YXR1cyI6IlkifQ"})
        await payer.to_bank(url)
        forged = await anybody.post(f"{url}return", data={"cres": "eyJ0cmFuc1N0YXR1cyI6IlkifQ"})
        waiting = await anybody.get(f"{sandbox.base_url}{forged.headers['location']}")

    assert (waiting.status_code, "refresh" in waiting.headers) == (200, True)
    assert before.headers["location"] == forged.headers["location"]
    assert forged.headers["location"].endswith("/redirect/?returned")
    assert await standing(sandbox, made) == ("charge_pending", None)


async def test_a_forged_result_is_not_taken(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, CHALLENGE)
    challenge = await payer.press(await payer.open(made["payment_method"]["url"]))
    creq = form_of(challenge).hidden["creq"]
    assert creq
    rreq = {
        "messageType": "RReq",
        "messageVersion": "2.2.0",
        "threeDSServerTransID": "8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
        "dsTransID": "f25084f0-5b16-4c0a-ae5d-b24808a95e4b",
        "acsTransID": "d7c1ee99-9478-44a6-b1f2-391e29c6b340",
        "messageCategory": "01",
        "transStatus": "Y",
        "eci": "05",
        "authenticationValue": "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=",
        "interactionCounter": "01",
    }
    answer = await sandbox.anybody.post("/3ds/results", json=rreq)

    assert (answer.status_code, answer.json()["messageType"], answer.json()["errorCode"]) == (200, "Erro", "301")
    assert await standing(sandbox, made) == ("charge_pending", None)


async def test_only_our_own_form_asks_the_bank(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, FRICTIONLESS)
    url = made["payment_method"]["url"]
    async with httpx.AsyncClient() as stranger:
        assert (await stranger.post(url, data={})).status_code == 403
        state = form_of(await payer.open(url)).hidden["state"]
        assert (await stranger.post(url, data={"state": state})).status_code == 403
    assert await standing(sandbox, made) == ("charge_pending", None)


async def test_a_form_posted_twice_charges_once(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, FRICTIONLESS)
    start = await payer.open(made["payment_method"]["url"])
    answers = await asyncio.gather(*(payer.press(start) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {200, 303}

    assert at_shop(await payer.press(start), made)
    assert await standing(sandbox, made) == ("completed", None)
    verified = (await sandbox.control.get("/ledger/verify")).json()
    assert verified["balanced"] is True


async def test_returns_at_once_charge_once(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, CHALLENGE)
    done = await payer.press(await payer.to_bank(made["payment_method"]["url"]), code=CODE)
    await asyncio.gather(*(payer.press(done) for _ in range(5)))

    assert at_shop(await payer.press(done), made)
    assert await standing(sandbox, made) == ("completed", None)


async def test_who_comes_back_to_the_page_goes_to_his_bank_again(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, CHALLENGE)
    url = made["payment_method"]["url"]
    first = form_of(await payer.press(await payer.open(url))).hidden["creq"]
    again = await payer.open(url)

    assert form_of(again).hidden["creq"] == first
    done = await payer.press(await payer.press(again), code=CODE)
    assert at_shop(await payer.press(done), made)


async def test_an_abandoned_charge_expires(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, CHALLENGE)
    url = made["payment_method"]["url"]
    bank = await payer.to_bank(url)
    await sandbox.control.post("/clock", json={"advance": "PT20M"})
    assert await standing(sandbox, made) == ("charge_pending", None)
    late = await payer.press(bank, code=CODE)
    assert "Volver al comercio" in late.text
    start = await payer.open(url)
    assert "Continuar" in start.text

    await sandbox.control.post("/clock", json={"advance": "PT24H"})
    assert await standing(sandbox, made) == ("cancelled", None)
    assert at_shop(await payer.press(late), made)
    assert at_shop(await payer.press(start), made)
    assert await standing(sandbox, made) == ("cancelled", None)


async def test_a_payer_who_closes_his_browser_is_charged_all_the_same(sandbox: SandboxServer, payer: Payer) -> None:
    made = await asked(sandbox, CHALLENGE)
    await payer.press(await payer.to_bank(made["payment_method"]["url"]), code=CODE)
    assert await standing(sandbox, made) == ("charge_pending", None)

    await sandbox.control.post("/clock", json={"advance": "PT1M"})
    assert await standing(sandbox, made) == ("completed", None)


@pytest.mark.parametrize("path", ["/sandbox/acs/challenge", "/sandbox/acs/answer"])
async def test_a_bank_that_is_asked_nonsense_says_so(sandbox: SandboxServer, path: str) -> None:
    for body in (b"", b"creq=%ff", b"acsTransID=x&wrong=a", b"x" * 20_000):
        answer = await sandbox.anybody.post(path, content=body)
        assert (answer.status_code, "No conocemos esta operación" in answer.text) == (404, True)


async def test_a_page_for_nothing_is_not_there(sandbox: SandboxServer) -> None:
    paid = (await sandbox.openpay.post("/charges", json=charge(FRICTIONLESS, use_3d_secure="false"))).json()
    store = {"method": "store", "amount": 100, "description": "Pago en tienda"}
    unpaid = (await sandbox.openpay.post("/charges", json=store)).json()
    merchant = "/openpay/v1/mzdtln0bmtms6o3kck8f"
    names = (paid["id"], unpaid["id"], "trnobody", "tr%00")
    addresses = [f"{merchant}/charges/{name}/redirect/" for name in names]

    assert [(await sandbox.anybody.get(address)).status_code for address in addresses] == [404] * 4


async def test_a_wish_for_the_issuers_answer_holds_until_it_is_asked(sandbox: SandboxServer, payer: Payer) -> None:
    wish = {"X-Sandbox-Outcome": "decline:43"}
    made = (await sandbox.openpay.post("/charges", json=charge(FRICTIONLESS), headers=wish)).json()

    assert at_shop(await payer.press(await payer.open(made["payment_method"]["url"])), made)
    assert await standing(sandbox, made) == ("failed", "The card was reported as stolen")


async def test_a_directory_that_was_told_to_fail(sandbox: SandboxServer, payer: Payer) -> None:
    await sandbox.control.post("/faults", json={"target": "three_ds", "mode": "error:503", "count": 1})
    made = await asked(sandbox, FRICTIONLESS)
    assert at_shop(await payer.press(await payer.open(made["payment_method"]["url"])), made)
    await sandbox.control.delete("/faults")

    assert await standing(sandbox, made) == ("failed", NOT_AUTHENTICATED)
