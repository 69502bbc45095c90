"""BBVA's golden files are whole and agree with one another; they have the shape of Openpay's."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.contract.openpay.golden_files import Golden, load_all, missing_keys, read_json, types_of

HERE = Path(__file__).parent
ALL = load_all(HERE / "golden")
BY_NAME = {golden.name: golden for golden in ALL}
SPANISH = re.compile(r"\b(el|los|las|que|para|del|una|por|con|este|si no)\b", re.IGNORECASE)

each_golden = pytest.mark.parametrize("golden", ALL, ids=BY_NAME.keys())


def table(name: str) -> Any:
    return read_json(HERE / f"{name}.json")


def test_there_are_the_six_printed_requests_in_the_documents_order() -> None:
    assert [int(golden.name[:3]) for golden in ALL] == [1, 2, 3, 4, 5, 6]
    assert [golden.line for golden in ALL] == sorted({golden.line for golden in ALL})
    assert sum(golden.has_answer for golden in ALL) == 5


@each_golden
def test_a_golden_request_is_sent_to_the_demo_merchant_with_its_key(golden: Golden) -> None:
    assert golden.auth == "sk_326c6d0443f6457aae29ffbd48f7d1be"
    assert golden.path.startswith("/v1/mptdggroasfcmqs8plpy/")
    assert (golden.method, golden.status) in {("GET", 200), ("POST", 200)}
    assert (golden.body is not None) == (golden.method == "POST")


@each_golden
def test_a_golden_file_agrees_with_itself(golden: Golden) -> None:
    assert golden.answer_types == (types_of(golden.answer) if golden.has_answer else {})
    assert missing_keys(golden.answer, golden.answer) == []
    assert json.loads(golden.body_bytes or b"null", parse_float=Decimal) == golden.body
    assert set(golden.stale_body_keys) <= types_of(golden.body).keys()
    assert set(golden.doubtful_answer_keys) <= golden.answer_types.keys()
    assert set(golden.needs_first) <= BY_NAME.keys()


def test_only_the_charge_by_card_is_printed_with_a_body_that_is_not_json() -> None:
    [broken] = [golden for golden in ALL if golden.body_as_printed is not None]
    assert broken.name == "003-charges-create-card"
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken.body_as_printed or "")


def test_the_seven_printed_objects() -> None:
    found = {path.stem: read_json(path) for path in sorted((HERE / "objects").glob("*.json"))}
    assert list(found) == ["address", "card", "card_points", "customer", "error", "payment_plan", "transaction"]
    for example in found.values():
        assert isinstance(example, dict)
        assert types_of(example["example"]) == example["types"]


def test_the_error_table_is_openpays_but_for_three_codes() -> None:
    def lines(errors: Any) -> dict[int, tuple[int, str, str]]:
        return {one["code"]: (one["http_status"], one["table"], one["category"]) for one in errors["errors"]}

    openpays = lines(read_json(HERE.parent / "openpay" / "errors.json"))
    assert lines(table("errors")) == {code: line for code, line in openpays.items() if code not in (1010, 2001, 4001)}


def test_the_field_tables_describe_every_request_but_the_first() -> None:
    calls = table("fields")["calls"]
    assert list(calls) == [golden.name for golden in ALL[1:]]
    for golden in ALL[1:]:
        call = calls[golden.name]
        assert (call["section"], call["definitions"][0].split()[0]) == (golden.section, golden.method)
        assert (golden.body.keys() if isinstance(golden.body, dict) else set()) <= call["fields"].keys()


def test_the_demo_data_hold_every_id_that_a_request_names() -> None:
    named = {part for golden in ALL for part in golden.path.split("/") if len(part) == 20}
    assert table("demo")["ids"].keys() == named
    assert table("demo")["run_order"]["one_pass"] == list(BY_NAME)


@pytest.mark.parametrize("path", sorted(HERE.rglob("*.json")), ids=lambda path: path.stem)
def test_no_file_holds_the_providers_prose(path: Path) -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for key, item in value.items() if key not in _EXAMPLES for text in texts(item)]
        return [text for item in value for text in texts(item)] if isinstance(value, list) else [str(value)]

    assert [text for text in texts(read_json(path)) if SPANISH.search(text)] == []


_EXAMPLES = {"body", "body_as_printed", "answer", "example", "state", "section"}
