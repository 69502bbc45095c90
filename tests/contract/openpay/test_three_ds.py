"""A charge with 3-D Secure prints what the document prints of a card charge, and of one whose payer is sent away."""

from __future__ import annotations

import re
from decimal import Decimal

from tests.contract.openpay.golden_files import Json, load, missing_keys
from tests.fixtures_server import SandboxServer

CARD_CHARGE, REDIRECT = load("002-charges-create-source"), load("006-charges-create-alipay")
BACK = "http://www.example.com/myRedirectUrl"


def body(golden_body: Json, **changes: Json) -> dict[str, object]:
    assert isinstance(golden_body, dict)
    values = {**golden_body, **changes}
    return {key: float(value) if isinstance(value, Decimal) else value for key, value in values.items()}


async def test_the_printed_card_charge_with_3d_secure_is_pending_and_sends_its_payer_away(
    sandbox: SandboxServer,
) -> None:
    sent = body(CARD_CHARGE.body, order_id="oid-3ds-1", use_3d_secure="true", redirect_url=BACK)
    answer = await sandbox.openpay.post("/charges", json=sent)
    assert answer.status_code == 200, answer.text
    charge = answer.json()

    assert missing_keys(CARD_CHARGE.answer, charge, except_for=["$.authorization", "$.fee", "$.exchange_rate"]) == []
    assert isinstance(REDIRECT.answer, dict)
    assert missing_keys(REDIRECT.answer["payment_method"], charge["payment_method"]) == []
    assert charge["payment_method"]["type"] == "redirect"
    assert re.fullmatch(r"\S+/v1/mzdtln0bmtms6o3kck8f/charges/\w{20}/redirect/", charge["payment_method"]["url"])
    assert (charge["status"], charge["authorization"]) == ("charge_pending", None)
    assert charge["id"] in charge["payment_method"]["url"]

    found = (await sandbox.openpay.get(f"/charges/{charge['id']}")).json()
    assert found == charge
