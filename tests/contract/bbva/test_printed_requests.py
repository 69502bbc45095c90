"""Every request that BBVA's document prints, sent as printed but for the host, in the document's order."""

from __future__ import annotations

import copy
from typing import Any

from tests.contract.bbva.test_golden_files import ALL, table
from tests.contract.openpay.golden_files import Golden, missing_keys, to_json
from tests.fixtures_server import SandboxServer


def _body(golden: Golden) -> bytes:
    """The printed body; what cannot be sent today or twice has its substitute."""
    body: Any = copy.deepcopy(golden.body)
    for path, value in table("demo")["run_order"]["one_pass_substitutes"].get(golden.name, {}).items():
        *parents, leaf = path.split(".")
        inside = body
        for parent in parents:
            inside = inside[parent]
        inside[leaf] = value
    return b"" if body is None else to_json(body).encode()


async def test_all_of_them(sandbox: SandboxServer) -> None:
    for golden in ALL:
        answer = await sandbox.anybody.request(
            golden.method, f"/bbva{golden.path}", content=_body(golden), headers=golden.headers, auth=(golden.auth, "")
        )

        assert answer.status_code == golden.status, (golden.name, answer.text)
        if golden.has_answer:
            assert missing_keys(golden.answer, answer.json(), except_for=golden.doubtful_answer_keys) == [], golden.name
            assert isinstance(golden.answer, dict)
            for key in ("status", "operation_type", "transaction_type", "method", "currency"):
                assert answer.json()[key] == golden.answer[key], golden.name


async def test_the_demo_charges_stand_as_their_examples_need(sandbox: SandboxServer) -> None:
    found = (await sandbox.bbva.get("charges/tryqihxac3msedn4yxed")).json()
    card = found["card"]

    assert (found["customer_id"], found["order_id"]) == ("ag4nktpdzebjiye1tlze", None)
    assert (card["bank_name"], card["bank_code"], card["points_card"], card["points_type"]) == (
        "Banamex", "002", False, None,
    )  # fmt: skip  # one row
