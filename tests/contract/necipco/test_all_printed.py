"""Every printed request, sent after the demo data, is answered with the keys and the JSON types that are printed.

Ciphertexts and the keys in the document are its authors': the requests are sent with ours in their places.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from pasarela.facades.necipco.routes import routes
from tests.contract.necipco.integrator import OTHER_CARD, PHYSICAL, PIN, Integrator
from tests.contract.necipco.test_golden_files import ALL
from tests.contract.openpay.golden_files import Golden, missing_keys
from tests.fixtures_server import SandboxServer

NOT_BUILT = {"029-spei-create"}

SENT = [golden for golden in ALL if golden.name not in NOT_BUILT]
ORDER = sorted(SENT, key=lambda golden: golden.path == "/auth/logout")
"""As printed, but the token dies last."""


Instead = Callable[[Integrator, SandboxServer], Awaitable[Mapping[str, Any]]]


async def _stock_card(nueve: Integrator, sandbox: SandboxServer) -> Mapping[str, Any]:
    stock = (await sandbox.control.get("/stock", params={"product": PHYSICAL, "count": "1"})).json()["cards"]
    return {"card_number": nueve.hidden(stock[0]["card_number"])}


async def _new_card(nueve: Integrator, _sandbox: SandboxServer) -> Mapping[str, Any]:
    return {"card_number": await nueve.new_card()}


async def _active_card(nueve: Integrator, _sandbox: SandboxServer) -> Mapping[str, Any]:
    return {"card_number": await nueve.virtual_card()}


async def _until_today(_nueve: Integrator, sandbox: SandboxServer) -> Mapping[str, Any]:
    return {"end_date": (await sandbox.control.get("/clock")).json()["now"][:10]}


async def _pin(nueve: Integrator, _sandbox: SandboxServer) -> Mapping[str, Any]:
    return {"pin": nueve.hidden(PIN)}


async def _two_pins(nueve: Integrator, _sandbox: SandboxServer) -> Mapping[str, Any]:
    return {"old_pin": nueve.hidden(PIN), "new_pin": nueve.hidden(PIN)}


async def _pin_in_query(nueve: Integrator, _sandbox: SandboxServer) -> Mapping[str, Any]:
    return {"pin": nueve.hidden_in_query(PIN)}


async def _other_pin_in_query(nueve: Integrator, _sandbox: SandboxServer) -> Mapping[str, Any]:
    return {"pin": nueve.hidden_in_query("0976")}


async def _other_card(nueve: Integrator, _sandbox: SandboxServer) -> Mapping[str, Any]:
    return {"destination_card": OTHER_CARD}


async def _own_key(nueve: Integrator, _sandbox: SandboxServer) -> Mapping[str, Any]:
    return {"public_key": nueve.keys.public}


INSTEAD: Mapping[str, Instead] = {
    "005-cards-assign": _stock_card,
    "006-cards-activate": _new_card,
    "007-cards-status": _active_card,
    "012-cards-pin-set": _pin,
    "013-cards-pin-change": _two_pins,
    "014-cards-pin-validate": _other_pin_in_query,
    "015-cards-transfer": _other_card,
    "018-cards-withdrawal": _pin,
    "019-cards-purchase": _pin,
    "020-cards-movements": _until_today,
    "022-virtual-physical": _active_card,
    "023-virtual-cvc": _pin_in_query,
    "027-public-key-add": _own_key,
}
"""What stands in the place of printed values."""


def test_every_printed_call_is_a_route() -> None:
    built = {(route.method, route.address.removeprefix("/v1")) for route in routes()}
    printed = {(golden.method, golden.path) for golden in SENT}

    assert printed <= built
    assert built - printed == {("GET", "/catalogs/document_type")}


@pytest.mark.parametrize("golden", ORDER, ids=lambda golden: golden.name)
async def test_a_printed_request_is_answered_as_printed(
    golden: Golden, nueve: Integrator, sandbox: SandboxServer
) -> None:
    instead = await INSTEAD[golden.name](nueve, sandbox) if golden.name in INSTEAD else {}
    body = {**golden.body, **instead} if isinstance(golden.body, dict) else None
    query = {**golden.query, **instead} if golden.query else None
    if body is not None:
        body = {name: float(value) if hasattr(value, "as_tuple") else value for name, value in body.items()}

    answer = await nueve.call(golden.method, golden.path, body, query)

    assert answer.status_code == golden.status, answer.text
    assert missing_keys(golden.answer, answer.json()) == []
