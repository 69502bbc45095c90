"""An integrator's day: tokens, keys, encrypted values, PINs, and what another client of the program may not see."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.contract.necipco.integrator import CARD, HERE, PIN, Integrator, integrator
from tests.contract.necipco.openssl import encrypted, for_a_body, for_a_query
from tests.fixtures_server import SandboxServer

SUBCLIENT = "15aad21d-f6fb-481e-bb12-ae3256987ff0"


async def secrets(sandbox: SandboxServer, card: str) -> dict[str, str]:
    found: dict[str, str] = (await sandbox.control.get(f"/cards/{card}/secrets")).json()
    return found


async def test_the_token_is_in_the_header_alone_and_dies_at_once(sandbox: SandboxServer, tmp_path: Path) -> None:
    async with integrator(sandbox.base_url, tmp_path) as client:
        token = client.http.headers["Authorization"].removeprefix("Bearer ")
        again = await client.sign_in()
        first = {"Authorization": f"Bearer {token}"}
        assert token not in again.text

        out = await client.http.delete("/necipco/v1/auth/logout", headers=first)
        after = await client.http.get("/necipco/v1/clients", headers=first)

        assert (out.status_code, out.json()) == (200, {})
        assert (after.status_code, after.json()["code"]) == (401, 2001)
        assert (await client.call("GET", "/clients")).status_code == 200


async def test_wrong_credentials_say_nothing_of_which(nueve: Integrator) -> None:
    answers = [
        await nueve.sign_in("api_key", "wrong"),
        await nueve.sign_in("nobody", "password"),
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].content == answers[1].content
    assert "authorization" not in answers[0].headers


async def test_the_sample_and_a_new_card_are_decrypted_by_openssl(nueve: Integrator, sandbox: SandboxServer) -> None:
    sample = (await nueve.data("GET", "/clients/api_key/public_key"))["sensitive_data"]
    card = await nueve.new_card()
    number = (await nueve.data("GET", "/cards/info", query={"card_number": card}))["card"]["card_number"]

    assert nueve.keys.decrypted(sample) == "NeCIPCo sample"
    assert nueve.keys.decrypted(number) == (await secrets(sandbox, card))["card_number"]


async def test_a_card_is_found_by_its_number_in_either_alphabet_padded_or_not(
    nueve: Integrator, sandbox: SandboxServer
) -> None:
    number = (await secrets(sandbox, CARD))["card_number"]
    hidden = encrypted(number, nueve.system_key, nueve.keys.folder)
    for text in (for_a_query(hidden), for_a_body(hidden), base64.urlsafe_b64encode(hidden).decode()):
        found = await nueve.data("GET", "/cards/balance", query={"card_number": text, "movements": "false"})
        assert (found["card"]["id"], "movements" in found) == (CARD, False)

    unescaped = f"/necipco/v1/cards/info?card_number={for_a_body(hidden)}"
    assert (await nueve.http.get(unescaped)).status_code == 200


async def test_a_number_in_clear_is_refused_and_not_logged(nueve: Integrator, sandbox: SandboxServer) -> None:
    number = (await secrets(sandbox, CARD))["card_number"]

    answer = await nueve.call("POST", "/cards/activate", {"card_number": number, **HERE})

    assert (answer.status_code, answer.json()["code"]) == (422, 3003)
    told = await sandbox.control.get(f"/requests/{answer.headers['x-request-id']}")
    assert (number in answer.text, number in told.text, told.json()["rule"]) == (False, False, "necipco.encrypted")
    assert told.json()["section"] == "Data encryption & Encoding / Encryption"


async def test_every_unreadable_ciphertext_gets_the_same_answer(nueve: Integrator) -> None:
    good = encrypted(PIN, nueve.system_key, nueve.keys.folder)
    bad = [
        for_a_body(good[:-1]),
        for_a_body(bytes(256)),
        for_a_body(b"\xff" * 256),
        for_a_body(good[:128] + bytes(128)),
        for_a_body(encrypted("12345", nueve.system_key, nueve.keys.folder)),
        for_a_body(encrypted("abcd", nueve.system_key, nueve.keys.folder)),
        "no Base64 at all: ñ",
        "AAAA",
    ]
    answers = [await nueve.call("POST", "/cards/pin", {"card_number": CARD, "pin": text, **HERE}) for text in bad]

    assert {(answer.status_code, answer.content) for answer in answers} == {(422, answers[0].content)}
    assert answers[0].json()["errors"] == [{"field": "pin", "message": "pin can't be used"}]


async def test_a_wrong_pin_is_told_as_data_and_five_lock(nueve: Integrator) -> None:
    card = await nueve.virtual_card(pin="7391")
    query = {"card_number": card, "latitude": "1", "longitude": "1"}
    wrong = [
        (await nueve.call("GET", "/cards/pin/validate", query={**query, "pin": nueve.hidden_in_query("0000")})).json()
        for _ in range(6)
    ]
    right = await nueve.call("GET", "/cards/pin/validate", query={**query, "pin": nueve.hidden_in_query("7391")})

    assert [answer["code"] for answer in wrong] == [5007] * 5 + [5008]
    assert all(answer["data"] == {"validated": False} for answer in wrong)
    assert (right.status_code, right.json()["code"]) == (403, 5008)


async def test_money_moves_and_what_is_not_there_does_not(nueve: Integrator) -> None:
    card = await nueve.virtual_card(amount=100.55)
    query = {"card_number": card, "movements": "true"}

    too_much = await nueve.call("POST", "/cards/withdrawal", {"card_number": card, "amount": 100.56, **HERE})
    cents = await nueve.call("POST", "/cards/withdrawal", {"card_number": card, "amount": 1.001, **HERE})
    text = await nueve.call("POST", "/cards/withdrawal", {"card_number": card, "amount": "1", **HERE})
    await nueve.data("POST", "/cards/withdrawal", {"card_number": card, "amount": 0.55, **HERE})

    assert [(one.status_code, one.json()["code"]) for one in (too_much, cents, text)] == [
        (403, 5001),
        (422, 3001),
        (422, 3001),
    ]
    found = await nueve.data("GET", "/cards/balance", query=query)
    assert (found["available"], [one["importe"] for one in found["movements"]]) == (100, ["0.55", "100.55"])


@pytest.mark.parametrize("query", [{}, {"unknown": "1"}])
async def test_a_search_without_a_filter_is_refused(nueve: Integrator, query: dict[str, str]) -> None:
    answer = await nueve.call("GET", "/cardholders", query=query)

    assert (answer.status_code, answer.json()["code"]) == (400, 1002)


async def test_the_demo_client_has_what_the_page_promises(nueve: Integrator) -> None:
    products = (await nueve.data("GET", "/products"))["products"]

    assert (products["total"], [one["type"]["key"] for one in products["detail"]]) == (2, ["DEBIT_2", "DEBIT_VIRTUAL"])
    assert products["detail"][0]["stock_cards"] == 2000
