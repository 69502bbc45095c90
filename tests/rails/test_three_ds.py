"""The 3-D Secure rail with its directory and issuer: the same suite in this process and over HTTP."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from pasarela.infra.database import Database
from pasarela.infra.due_runner import DueRunner
from pasarela.infra.due_work import DueWork
from pasarela.rails.authentication import TransStatus
from pasarela.rails.emv3ds import messages as m
from pasarela.rails.simulators.acs import LIFE, ShownChallenge
from tests.rails.card_world import ListedFaults
from tests.rails.three_ds_world import ACS_URL, RETURN_URL, ThreeDsWorld, Transport, three_ds_world

Y, A, N, R, U = TransStatus

CHALLENGE, CHALLENGE_FAILS, CHALLENGE_UNAVAILABLE = "4000000000002503", "4000000000002370", "4000000000002420"
CODE = "1234"


@pytest.fixture(params=["in_process", "http"])
async def world(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[ThreeDsWorld]:
    transport: Transport = request.param
    async with three_ds_world(database, transport) as world:
        yield world


async def shown(world: ThreeDsWorld, creq: str) -> ShownChallenge:
    challenge = await world.acs.show(creq)
    assert challenge is not None
    return challenge


@pytest.mark.parametrize(
    ("pan", "status", "eci", "reason"),
    [
        ("4000000000002701", Y, "05", None),
        ("5200000000002235", Y, "02", None),
        ("345678000000007", Y, "05", None),
        ("4111111111111111", Y, "05", None),
        ("4000000000002719", A, "06", None),
        ("5200000000002482", A, "01", None),
        ("4000000000002925", N, "07", "01"),
        ("5200000000002276", N, "00", "01"),
        ("4000000000002313", U, "07", "08"),
        ("5200000000002268", U, "00", "08"),
        ("4000000000002537", R, "07", "11"),
        ("5200000000002185", R, "00", "11"),
    ],
)
async def test_an_issuer_answers_without_a_challenge(
    world: ThreeDsWorld, pan: str, status: TransStatus, eci: str, reason: str | None
) -> None:
    result = await world.result(pan)

    assert (result.status, result.eci, result.reason, result.version) == (status, eci, reason, "2.2.0")
    assert (result.cavv is not None) == (status in {Y, A})
    if result.cavv is not None:
        assert len(base64.b64decode(result.cavv)) == 20
        assert len(result.cavv) == 28
    assert world.kinds() == ["AReq", "ARes"]
    assert world.wire[1]["dsTransID"] == result.ds_trans_id
    assert world.heard == []


async def test_an_areq_says_who_pays_what_to_whom_and_from_where(world: ThreeDsWorld) -> None:
    request = world.request("4000000000002701", instalments=6, email="juan@example.com")
    await world.server.authenticate(request)

    assert world.wire[0] == {
        "messageType": "AReq",
        "messageVersion": "2.2.0",
        "threeDSServerTransID": request.server_trans_id,
        "deviceChannel": "02",
        "messageCategory": "01",
        "threeDSCompInd": "U",
        "threeDSRequestorAuthenticationInd": "02",
        "threeDSRequestorID": "mzdtln0bmtms6o3kck8f",
        "threeDSRequestorName": "Tienda Peña",
        "threeDSRequestorURL": "https://pay.example",
        "threeDSServerRefNumber": "3DS_PASARELA_SERVER_220_00001",
        "threeDSServerURL": "https://pay.example/3ds/results",
        "acctNumber": "4000000000002701",
        "cardExpiryDate": "2912",
        "cardholderName": "Juan Pérez",
        "email": "juan@example.com",
        "acquirerBIN": "400000",
        "acquirerMerchantID": "mzdtln0bmtms6o3kck8f",
        "mcc": "5999",
        "merchantCountryCode": "484",
        "merchantName": "Tienda Peña",
        "purchaseAmount": "10050",
        "purchaseCurrency": "484",
        "purchaseExponent": "2",
        "purchaseDate": "20261121123015",
        "purchaseInstalData": "6",
        "transType": "01",
        "notificationURL": RETURN_URL,
        "browserAcceptHeader": "text/html",
        "browserIP": "192.0.2.7",
        "browserJavaEnabled": False,
        "browserJavascriptEnabled": True,
        "browserLanguage": "es-MX",
        "browserColorDepth": "24",
        "browserScreenHeight": "1080",
        "browserScreenWidth": "1920",
        "browserTZ": "360",
        "browserUserAgent": "Tests/1",
    }


async def test_a_challenge_is_passed_with_the_code(world: ThreeDsWorld) -> None:
    challenge = await world.challenge(CHALLENGE)
    assert (challenge.acs_url, world.kinds()) == (ACS_URL, ["AReq", "ARes"])
    creq = m.from_browser(challenge.creq, m.CReq)
    assert (creq.three_ds_server_trans_id, creq.acs_trans_id) == (challenge.server_trans_id, challenge.acs_trans_id)
    [(_, recipient, text)] = world.codes
    assert (recipient, CODE in text) == ("XXXXXX2503", True)

    asked = await shown(world, challenge.creq)
    assert (asked.merchant, asked.amount.minor, asked.last_four) == ("Tienda Peña", 10_050, "2503")
    assert (asked.wrong, asked.tries_left, asked.return_url, asked.cres) == (0, 3, RETURN_URL, None)
    done = await world.acs.enter(asked.acs_trans_id, 0, CODE)

    assert done is not None
    assert done.cres is not None
    cres = m.from_browser(done.cres, m.CRes)
    assert (cres.trans_status, cres.challenge_completion_ind) == ("Y", "Y")
    [result] = world.heard
    assert (result.status, result.eci, result.server_trans_id) == (Y, "05", challenge.server_trans_id)
    assert (result.ds_trans_id, result.acs_trans_id) == (challenge.ds_trans_id, challenge.acs_trans_id)
    assert (result.cavv is not None, result.cancelled) == (True, None)
    assert world.kinds() == ["AReq", "ARes", "RReq", "RRes"]
    assert world.wire[3]["resultsStatus"] == "01"


async def test_three_wrong_codes_fail_a_challenge(world: ThreeDsWorld) -> None:
    asked = await shown(world, (await world.challenge(CHALLENGE)).creq)
    for wrong in (1, 2):
        again = await world.acs.enter(asked.acs_trans_id, wrong - 1, "0000")
        assert again is not None
        assert (again.wrong, again.tries_left, again.cres) == (wrong, 3 - wrong, None)
    assert world.heard == []

    done = await world.acs.enter(asked.acs_trans_id, 2, "0000")

    assert done is not None
    assert done.cres is not None
    [result] = world.heard
    assert (result.status, result.eci, result.cavv, result.reason) == (N, "07", None, "19")


async def test_a_form_posted_twice_counts_once(world: ThreeDsWorld) -> None:
    asked = await shown(world, (await world.challenge(CHALLENGE)).creq)
    for _ in range(4):
        again = await world.acs.enter(asked.acs_trans_id, 0, "0000")
        assert again is not None
        assert (again.wrong, again.cres) == (1, None)

    first = await world.acs.enter(asked.acs_trans_id, 1, CODE)
    second = await world.acs.enter(asked.acs_trans_id, 1, "0000")

    assert first == second
    assert [result.status for result in world.heard] == [Y]


@pytest.mark.parametrize(("pan", "status"), [(CHALLENGE_FAILS, N), (CHALLENGE_UNAVAILABLE, U)])
async def test_a_right_code_is_not_always_enough(world: ThreeDsWorld, pan: str, status: TransStatus) -> None:
    asked = await shown(world, (await world.challenge(pan)).creq)
    await world.acs.enter(asked.acs_trans_id, 0, CODE)

    assert [(result.status, result.cavv) for result in world.heard] == [(status, None)]


async def test_a_payer_may_cancel(world: ThreeDsWorld) -> None:
    asked = await shown(world, (await world.challenge(CHALLENGE)).creq)
    done = await world.acs.cancel(asked.acs_trans_id)
    assert await world.acs.cancel(asked.acs_trans_id) == done

    [result] = world.heard
    assert (result.status, result.cancelled) == (N, "01")


async def test_a_challenge_that_nobody_answers_ends_by_the_clock(world: ThreeDsWorld, database: Database) -> None:
    challenge = await world.challenge(CHALLENGE)
    due = DueRunner(database, DueWork(), world.clock, world.acs.handlers())
    assert await due.claim(10) == []

    world.clock.at += LIFE
    for item in await due.claim(10):
        await due.run(item)

    [result] = world.heard
    assert (result.status, result.cancelled, result.reason) == (N, "05", "14")
    assert (await shown(world, challenge.creq)).cres is not None
    world.clock.at += timedelta(days=1)
    assert await due.claim(10) == []


@pytest.mark.parametrize("pan", ["4000000000002446", "5200000000002037", "5062540000000009"])
async def test_an_error_and_a_brand_without_directory_mean_that_nobody_could_say(world: ThreeDsWorld, pan: str) -> None:
    result = await world.result(pan)

    assert (result.status, result.eci, result.cavv, result.ds_trans_id) == (U, None, None, None)


@pytest.mark.parametrize("transport", ["in_process", "http"])
async def test_silence_means_that_nobody_could_say(database: Database, transport: Transport) -> None:
    async with three_ds_world(database, transport, timeout_s=0.1) as world:
        assert (await world.result("4000000000002354")).status is U


async def test_a_directory_breaks_what_it_is_told_to(database: Database) -> None:
    faults = ListedFaults()
    faults.modes.extend(["error:503", "delay:1", None])
    async with three_ds_world(database, "in_process", faults=faults) as world:
        found = [(await world.result("4000000000002701")).status for _ in range(3)]

    assert found == [U, Y, Y]
    assert faults.asked == ["three_ds"] * 3


async def test_a_result_for_nobody_is_answered_with_an_error(world: ThreeDsWorld) -> None:
    world.heard.knows = False
    asked = await shown(world, (await world.challenge(CHALLENGE)).creq)
    done = await world.acs.enter(asked.acs_trans_id, 0, CODE)

    assert done is not None
    assert done.cres is not None
    assert (world.wire[3]["messageType"], world.wire[3]["errorCode"]) == ("Erro", "301")


async def test_a_browser_without_a_challenge_is_shown_none(world: ThreeDsWorld) -> None:
    known = m.from_browser((await world.challenge(CHALLENGE)).creq, m.CReq)
    unknown = m.CReq(
        message_version="2.2.0",
        three_ds_server_trans_id=known.three_ds_server_trans_id,
        acs_trans_id=world.ids.uuid(),
        challenge_window_size="05",
    )
    assert [await world.acs.show(creq) for creq in ("", "%%%", "e30", m.to_browser(unknown))] == [None] * 4
    assert await world.acs.enter("nobody", 0, CODE) is None
    assert await world.acs.cancel("nobody") is None
    assert world.heard == []


async def test_no_card_number_is_kept_by_the_issuer(world: ThreeDsWorld, database: Database) -> None:
    await world.challenge(CHALLENGE)
    async with database.operator() as tx:
        rows = await tx.fetch("SELECT c::text AS row FROM simulated_challenges c")

    assert len(rows) == 1
    assert re.search(r"\d{13}", rows[0]["row"].replace("-", "x")) is None
