"""The golden files of NeCIPCo are whole, agree with one another, and keep the types that the document prints."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.contract.openpay.golden_files import Golden, load, missing_keys, types_of

GOLDEN = Path(__file__).parent / "golden"
ALL = tuple(load(path.stem, GOLDEN) for path in sorted(GOLDEN.glob("*.json")))
BY_NAME = {golden.name: golden for golden in ALL}

PRINTED = 36
"""How often the document says "Example JSON Request:", and as often "Example JSON Response:"."""

AS_TEXT = {"cards-assign", "cards-activate", "cards-status", "cards-balance", "virtual-create"}
"""Whose account's reference is printed as a text; in all other answers it is a number."""

each_golden = pytest.mark.parametrize("golden", ALL, ids=BY_NAME.keys())


def short(golden: Golden) -> str:
    return golden.name[4:]


def test_load_finds_every_request_that_the_document_prints_in_its_order() -> None:
    assert len(ALL) == PRINTED
    assert [int(golden.name[:3]) for golden in ALL] == list(range(1, PRINTED + 1))
    assert [golden.line for golden in ALL] == sorted({golden.line for golden in ALL})
    assert len({(golden.method, golden.path) for golden in ALL}) == PRINTED


@each_golden
def test_a_golden_file_agrees_with_itself(golden: Golden) -> None:
    assert golden.answer_types == types_of(golden.answer)
    assert missing_keys(golden.answer, golden.answer) == []
    assert (golden.body is not None) == (golden.method in {"POST", "PUT"})
    assert json.loads(golden.body_bytes or b"null", parse_float=Decimal) == golden.body
    assert set(golden.needs_first) <= BY_NAME.keys()


@each_golden
def test_all_but_the_login_need_its_token(golden: Golden) -> None:
    assert golden.auth == ("none" if golden.path == "/auth/login" else "api_key")


@each_golden
def test_an_answer_has_the_envelope_of_success(golden: Golden) -> None:
    if golden.path.startswith("/auth/"):
        return
    assert isinstance(golden.answer, dict)
    assert (golden.answer["success"], golden.answer["code"]) == (True, 0)
    assert isinstance(golden.answer["data"], dict)


def test_references_of_accounts_are_texts_in_five_answers_and_numbers_elsewhere() -> None:
    found = {
        short(golden): kind
        for golden in ALL
        for path, kind in golden.answer_types.items()
        if re.search(r"\.account\.reference$|\.account_reference$|\.account_number$", path)
    }
    assert {name for name, kind in found.items() if kind == "string"} == AS_TEXT
    assert {kind for name, kind in found.items() if name not in AS_TEXT} == {"integer"}
    assert len(found) == 17


def test_authorisations_are_texts_but_for_the_transfer_s_and_amounts_of_movements_are_texts() -> None:
    authorisations = {
        short(golden): golden.answer_types["$.data.operation.authorization_code"]
        for golden in ALL
        if "$.data.operation.authorization_code" in golden.answer_types
    }
    assert authorisations == {
        "cards-transfer": "integer",
        "cards-disbursement": "string",
        "cards-payment": "string",
        "cards-withdrawal": "string",
        "cards-purchase": "string",
    }
    assert BY_NAME["008-cards-balance"].answer_types["$.data.movements[0].importe"] == "string"
    moved = BY_NAME["020-cards-movements"].answer_types
    assert moved["$.data.movements.detail[0].amounts.original.total"] == "string"
