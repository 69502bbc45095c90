"""Calls made up from our own OpenAPI document, against a whole sandbox: each is answered as the document says, none
with a 5xx.

Half of them name objects of the demo data, so that they come further than to 1005. The same calls every time.
"""

from __future__ import annotations

import asyncio
import base64
import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import response_schema_conformance

from pasarela.facades.openpay.profile import OPENPAY, Profile
from pasarela.facades.openpay.routes import routes
from pasarela.facades.toolkit.routing import Route
from tests.fixtures_server import ANSWER_SECONDS_MAX as SECONDS_MAX
from tests.fixtures_server import MERCHANT, PRIVATE_KEY, SandboxServer

CALLS = routes(OPENPAY)
EXAMPLES = {"quick": 8, "thorough": 300}[os.environ.get("HYPOTHESIS_PROFILE", "quick")]

BASIC = f"Basic {base64.b64encode(f'{PRIVATE_KEY}:'.encode()).decode()}"

# What the demo data hold, by the name of a path's parameter.
KNOWN = {
    "member": MERCHANT,
    "customer_id": "ag4nktpdzebjiye1tlze",
    "charge_id": "tr6cxbcefzatd10guvvw",
    "card_id": "kysc8pycq8hnlzivk1x4",
    "payout_id": "trozeipf364jqrsbt3ej",
    "bank_account_id": "b3d54sd3mdjf75udjfvoc",
    "transfer_id": "twpmbike2jejex3pahzd",
    "fee_id": "trzjaozcik8msyqshka4",
    "plan_id": "pbi4kb8hpb64x0uud2eb",
    "subscription_id": "s0gmyor4yqtyv1miqwr0",
    "token_id": "k1n0mscnjwhxqia8q7cm",
    "webhook_id": "wxvanstudf4ssme8khmc",
    "bin": "411111",
}


@pytest.fixture(scope="module")
async def schema(sandbox: SandboxServer) -> Any:
    """The document, as it is served."""
    return schemathesis.openapi.from_dict((await sandbox.anybody.get("/openpay/openapi.json")).json())


@pytest.mark.parametrize("route", CALLS, ids=lambda route: f"{route.method} {route.address}")
async def test_calls_as_documented(sandbox: SandboxServer, schema: Any, route: Route[Profile]) -> None:
    operation = schema[route.address][route.method]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), known=st.booleans())
    def made_up(case: Any, known: bool) -> None:
        names = {**case.path_parameters, **(KNOWN if known else {}), "merchant": MERCHANT}
        case.path_parameters = {name: names[name] for name in case.path_parameters}
        check(case, f"{sandbox.base_url}/openpay", route)

    # In a thread, because the server runs in this one's loop.
    await asyncio.to_thread(made_up)


def check(case: Any, url: str, route: Route[Profile]) -> None:
    answer = case.call(base_url=url, headers={"Authorization": BASIC}, timeout=SECONDS_MAX)

    if answer.status_code < 400:
        assert answer.status_code == route.status
        case.validate_response(answer, checks=[response_schema_conformance])
        return
    told = answer.json()
    assert told.keys() == {"category", "description", "http_code", "error_code", "request_id", "fraud_rules"}
    assert told["http_code"] == answer.status_code
    assert answer.status_code < 500 or told["error_code"] == 1004, told  # 1004: the network's silence
