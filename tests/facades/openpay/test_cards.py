"""Saved cards and tokens."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pasarela.core.payments.errors import CardRefused
from pasarela.core.payments.save_card import SaveCardCommand
from pasarela.core.vault import errors as vault
from pasarela.kernel.cards import Expiry
from pasarela.kernel.decline import Decline
from pasarela.kernel.paging import CreatedBetween, Page
from pasarela.kernel.secret import Secret
from tests.contract.openpay.golden_files import load, missing_keys
from tests.facades.fake_platform import FakePlatform
from tests.facades.openpay.bodies import ADDRESS, CARD, changed
from tests.facades.openpay.conftest import Ask

NOT_AT_THIS_LEVEL = ["$.customer_id"]  # the printed ones are customers' cards


async def test_save_from_data(api: Ask, platform: FakePlatform) -> None:
    golden = load("027-cards-create")

    answer = await api("POST", "/cards", changed(CARD, address=ADDRESS, device_session_id="d"))

    assert answer.status == 201
    assert missing_keys(golden.answer, answer.json, except_for=NOT_AT_THIS_LEVEL) == []
    (command,) = platform.asked
    assert isinstance(command, SaveCardCommand)
    assert command.card is not None
    assert (command.card.cvv, command.card.expiry) == (Secret("110"), Expiry(2029, 12))
    assert (command.address, command.device_session_id, command.customer_id) == (ADDRESS, "d", None)
    assert command.card_id == answer.json["id"]
    assert answer.json["id"][0] == "k"
    assert (answer.json["customer_id"], answer.json["points_card"]) == (None, False)
    assert answer.json["card_number"] == "411111XXXXXX1111"
    assert b"4111111111111111" not in answer.body


async def test_save_from_token(api: Ask, platform: FakePlatform) -> None:
    golden = load("028-cards-create-token")

    answer = await api("POST", "/cards", {"token_id": "tok1", "device_session_id": "d", "card_number": None})

    assert answer.status == 201
    assert missing_keys(golden.answer, answer.json, except_for=NOT_AT_THIS_LEVEL) == []
    assert platform.asked == [SaveCardCommand(answer.json["id"], token_id="tok1", device_session_id="d")]


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (vault.DuplicateCard(), 409, 2002),
        (vault.TestCardInProduction(), 412, 2007),
        (CardRefused(Decline.INSUFFICIENT_FUNDS, "51"), 402, 3003),
        (CardRefused(Decline.WRONG_SECURITY_CODE, "N7"), 412, 2009),
        (vault.TokenUsed(), 422, 1003),
        (vault.TokenExpired(), 422, 1003),
    ],
)
async def test_not_saved(api: Ask, platform: FakePlatform, refusal: Exception, status: int, code: int) -> None:
    platform.refusal = refusal

    answer = await api("POST", "/cards", CARD)

    assert (answer.status, answer.error_code) == (status, code)


@pytest.mark.parametrize("token_id", [7, "x" * 46, []])
async def test_a_token_id_that_is_none(api: Ask, platform: FakePlatform, token_id: object) -> None:
    answer = await api("POST", "/cards", {"token_id": token_id})

    assert answer.status in (400, 422)
    assert platform.asked == [] or token_id == []


async def test_get_and_delete(api: Ask) -> None:
    saved = await api("POST", "/cards", CARD)
    path = f"/cards/{saved.json['id']}"

    assert (await api("GET", path)).body == saved.body
    deleted = await api("DELETE", path)

    assert (deleted.status, deleted.body) == (204, b"")
    assert "content-type" not in deleted.headers
    for method in ("GET", "DELETE", "PUT"):
        again = await api(method, path)
        assert (again.status, again.error_code) == (404, 1005)


async def test_list(api: Ask, platform: FakePlatform) -> None:
    saved = await api("POST", "/cards", CARD)

    answer = await api("GET", "/cards?creation[gte]=2026-11-01&limit=2&offset=1")

    assert answer.json == [saved.json]
    created = CreatedBetween(at_least=datetime(2026, 11, 1, 6, tzinfo=UTC))
    assert platform.asked[-1] == (None, created, Page(1, 2))


@pytest.mark.parametrize("query", ["limit=1000", "creation=x", "offset=-1"])
async def test_bad_filters_are_1003(api: Ask, query: str) -> None:
    answer = await api("GET", f"/cards?{query}")

    assert (answer.status, answer.error_code) == (422, 1003)


async def updated(api: Ask, platform: FakePlatform, body: object) -> Any:
    saved = (await api("POST", "/cards", CARD)).json
    platform.asked.clear()

    answer = await api("PUT", f"/cards/{saved['id']}", body)

    assert (answer.status, answer.body) == (200, b"{}")
    return next(asked for asked in platform.asked if isinstance(asked, tuple))[1:]


TODAY = date(2026, 11, 23)


async def test_update(api: Ask, platform: FakePlatform) -> None:
    body = {"holder_name": "Ana", "cvv2": "000", "expiration_year": "30", "expiration_month": 1}

    assert await updated(api, platform, body) == (TODAY, "Ana", Expiry(2030, 1), Secret("000"))


async def test_update_of_half_an_expiry_keeps_the_other_half(api: Ask, platform: FakePlatform) -> None:
    assert await updated(api, platform, {"expiration_month": "03"}) == (TODAY, None, Expiry(2029, 3), None)
    await api("DELETE", f"/cards/{next(iter(platform.cards))}")
    assert await updated(api, platform, {"expiration_year": 31}) == (TODAY, None, Expiry(2031, 12), None)


async def test_update_with_nothing(api: Ask, platform: FakePlatform) -> None:
    assert await updated(api, platform, None) == (TODAY, None, None, None)


async def test_the_whole_object_may_come_back(api: Ask, platform: FakePlatform) -> None:
    saved = (await api("POST", "/cards", changed(CARD, address=ADDRESS))).json
    platform.asked.clear()

    answer = await api("PUT", f"/cards/{saved['id']}", saved)

    assert answer.status == 200
    assert platform.asked[0] == (saved["id"], TODAY, "Juan Perez Ramirez", Expiry(2029, 12), None)


async def test_create_token(api: Ask, platform: FakePlatform) -> None:
    golden = load("055-tokens-create")

    answer = await api("POST", "/tokens", changed(CARD, address=ADDRESS))

    assert answer.status == 201
    assert missing_keys(golden.answer, answer.json) == []
    assert answer.json["id"].startswith("tok")
    assert answer.json["card"]["creation_date"] is None
    assert answer.json["card"]["address"] == ADDRESS
    assert platform.asked[0][0] == answer.json["id"]  # type: ignore[index] # the fake keeps a tuple


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"card_number": None}, 400, 1001),
        ({"card_number": "4111111111111112"}, 422, 2004),
        ({"expiration_year": "21"}, 400, 2005),
        ({"cvv2": None}, 400, 2006),
        ({"holder_name": "x" * 81}, 422, 1003),
    ],
)
async def test_no_token(api: Ask, platform: FakePlatform, changes: dict[str, Any], status: int, code: int) -> None:
    answer = await api("POST", "/tokens", changed(CARD, **changes))

    assert (answer.status, answer.error_code) == (status, code)
    assert platform.asked == []


async def test_get_token(api: Ask) -> None:
    made = await api("POST", "/tokens", CARD)

    answer = await api("GET", f"/tokens/{made.json['id']}")

    assert (answer.status, answer.body) == (200, made.body)
    assert (await api("GET", "/tokens/tok0")).error_code == 1005


async def test_merchant(api: Ask) -> None:
    golden = load("057-merchant-get")

    answer = await api("GET", "/")

    assert missing_keys(golden.answer, answer.json) == []
    assert b'"balance":218.73' in answer.body
    assert answer.json["creation_date"] == "2026-01-05T12:30:00-06:00"
