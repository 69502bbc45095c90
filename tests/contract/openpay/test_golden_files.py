"""The golden files are whole and agree with one another; the loader tells what an answer lacks."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from stdnum import luhn

from tests.contract.openpay.golden_files import (
    GOLDEN,
    HERE,
    OBJECTS,
    Golden,
    GoldenFileInvalid,
    load,
    load_all,
    missing_keys,
    read_json,
    types_of,
)

MERCHANT = "/v1/mzdtln0bmtms6o3kck8f"
ALL = load_all()
BY_NAME = {golden.name: golden for golden in ALL}
EXAMPLE_DATA = {"body", "body_as_printed", "answer", "example", "state", "section"}
SPANISH = re.compile(r"\b(el|los|las|que|para|del|una|por|con|este|si no)\b", re.IGNORECASE)

each_golden = pytest.mark.parametrize("golden", ALL, ids=BY_NAME.keys())


def table(name: str) -> Any:
    return read_json(HERE / f"{name}.json")


def objects() -> dict[str, Any]:
    return {path.stem: read_json(path) for path in sorted(OBJECTS.glob("*.json"))}


def strings(value: object, but: frozenset[str] = frozenset()) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                if key not in but:
                    yield key
                    yield from strings(item, but)
        case list():
            for item in value:
                yield from strings(item, but)
        case _:
            pass


def at(value: Any, path: str) -> Any:
    for key, position in re.findall(r"\.([^.\[]+)|\[(\d+)\]", path):
        value = value[key] if key else value[int(position)]
    return value


def test_load_all_finds_the_58_printed_requests_in_the_documents_order() -> None:
    assert len(ALL) == 58
    assert [int(golden.name[:3]) for golden in ALL] == list(range(1, 59))
    assert [golden.line for golden in ALL] == sorted({golden.line for golden in ALL})


@each_golden
def test_a_golden_request_is_sent_to_the_demo_merchant_with_its_key(golden: Golden) -> None:
    assert golden.auth == "sk_e568c42a6c384b7ab02cd47d2e407cab"
    assert golden.path == "/stores" or golden.path.startswith(MERCHANT)
    assert golden.method in {"GET", "POST", "PUT", "DELETE"}
    assert (golden.body is not None) == (golden.method in {"POST", "PUT"})


@each_golden
def test_a_golden_status_follows_the_contract(golden: Golden) -> None:
    makes = {"customers", "cards", "tokens", "bankaccounts", "plans", "subscriptions", "webhooks"}
    if golden.method == "POST" and golden.path.rsplit("/", 1)[1] in makes:
        assert golden.status == 201
    elif golden.method == "DELETE" and "/payouts/" not in golden.path:
        assert golden.status == 204
        assert not golden.has_answer
    else:
        assert golden.status == 200


@each_golden
def test_a_golden_file_agrees_with_itself(golden: Golden) -> None:
    assert golden.answer_types == (types_of(golden.answer) if golden.has_answer else {})
    assert missing_keys(golden.answer, golden.answer) == []
    assert json.loads(golden.body_bytes or b"null", parse_float=Decimal) == golden.body
    assert set(golden.stale_body_keys) <= types_of(golden.body).keys()
    printed = {re.sub(r"\[\d+\]", "[]", path) for path in golden.answer_types}
    assert set(golden.doubtful_answer_keys) <= printed
    assert set(golden.needs_first) <= BY_NAME.keys()


def test_only_the_bank_charge_is_printed_with_a_body_that_is_not_json() -> None:
    (broken,) = (golden for golden in ALL if golden.body_as_printed is not None)
    assert broken.name == "005-charges-create-bank-account"
    assert broken.body_repaired == ["due_date has no value: left out"]
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken.body_as_printed or "")


def test_body_bytes_keeps_the_printed_digits() -> None:
    assert BY_NAME["008-charges-capture"].body_bytes == b'{"amount":100.00}'
    assert BY_NAME["001-auth-charges-list"].body_bytes == b""


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"status": "200"}, "bad: status is string"),
        ({"line": True}, "bad: line is boolean"),
        ({"query": {"limit": 2}}, "bad: query is object"),
        ({"notes": [1]}, "bad: notes is array"),
        ({"colour": "red"}, "bad: keys missing or unknown: ['colour']"),
    ],
)
def test_load_refuses_a_file_of_another_shape(change: dict[str, object], complaint: str, tmp_path: Path) -> None:
    whole = json.loads((GOLDEN / "001-auth-charges-list.json").read_text())
    (tmp_path / "bad.json").write_text(json.dumps(whole | change))
    with pytest.raises(GoldenFileInvalid, match=f"^{re.escape(complaint)}$"):
        load("bad", tmp_path)


def test_types_of_flattens_what_a_value_holds() -> None:
    value = {
        "id": "k1",
        "amount": Decimal("1.00"),
        "month": 1,
        "ok": True,
        "card": None,
        "rules": [{"a": 0.5}],
    }
    assert types_of(value) == {
        "$": "object",
        "$.id": "string",
        "$.amount": "number",
        "$.month": "integer",
        "$.ok": "boolean",
        "$.card": "null",
        "$.rules": "array",
        "$.rules[0]": "object",
        "$.rules[0].a": "number",
    }


@pytest.mark.parametrize(
    ("expected", "actual", "lines"),
    [
        ({"id": "a"}, {"id": "b", "more": 1}, []),
        ({"amount": Decimal("100.00")}, {"amount": 100}, []),
        ({"order_id": None}, {"order_id": "oid-1"}, []),
        ({"order_id": None}, {}, ["$.order_id: expected null, missing"]),
        ({"amount": 1}, {"amount": "1"}, ["$.amount: expected number, got string '1'"]),
        ({"ok": True}, {"ok": 1}, ["$.ok: expected boolean, got number 1"]),
        ({"id": "a"}, {"id": None}, ["$.id: expected string, got null None"]),
        (
            {"card": {"id": "k", "type": "debit"}},
            {"card": {"id": "k"}},
            ["$.card.type: expected string, missing"],
        ),
        ({}, [], ["$: expected object, got array []"]),
        ([{"id": "a"}], [], ["$[0]: expected object, array is empty"]),
        ([{"id": "a"}, {"card": "k"}], [{"card": "k"}, {"id": "b"}], []),
        ([{"id": "a"}, {"card": "k"}], [{"id": "b"}], ["$[1].card: expected string, missing"]),
        (["a"], [1], ["$[0]: expected string, got number 1"]),
    ],
)
def test_missing_keys_compares_keys_and_types(expected: object, actual: object, lines: list[str]) -> None:
    assert missing_keys(expected, actual) == lines


def test_missing_keys_leaves_out_the_excepted_paths() -> None:
    expected = [{"id": "a", "refund": {"id": "r"}, "fee": 1}]
    assert missing_keys(expected, [{"id": "b", "fee": None}], except_for=["$[].refund", "$[0].fee"]) == []


@pytest.mark.parametrize("name", objects())
def test_an_object_example_agrees_with_its_types(name: str) -> None:
    example = objects()[name]
    assert types_of(example["example"]) == example["types"]
    assert set(example) == {"line", "section", "example", "repaired", "types", "declared", "notes"}


def test_the_objects_are_those_that_the_document_prints() -> None:
    assert set(objects()) == {
        *(
            "error",
            "payout_report",
            "customer",
            "card",
            "bank_account",
            "plan",
            "subscription",
            "webhook",
            "token",
        ),
        *("merchant", "store", "transaction", "address", "store_reference", "payment_plan", "card_points"),
        *("geolocation", "paynet_chain"),
    }


def test_the_error_table_is_whole() -> None:
    errors = table("errors")["errors"]
    assert [len([e for e in errors if e["table"] == name]) for name in ("general", "storage", "cards", "accounts")] == [
        11,
        9,
        11,
        1,
    ]
    assert len({error["code"] for error in errors}) == len({error["key"] for error in errors}) == 32
    for error in errors:
        gateway = error["code"] == 1007 or error["code"] // 1000 == 3
        internal = error["code"] in {1000, 1004}
        assert error["category"] == ("gateway" if gateway else "internal" if internal else "request")


def test_the_field_tables_describe_every_request_but_the_first() -> None:
    calls = table("fields")["calls"]
    assert list(calls) == [golden.name for golden in ALL[1:]]
    for name, call in calls.items():
        assert call["section"] == BY_NAME[name].section
        assert call["definitions"][0].split()[0] == BY_NAME[name].method


def test_every_field_sent_is_in_its_table() -> None:
    calls = table("fields")["calls"]
    for golden in ALL[1:]:
        sent = golden.body.keys() if isinstance(golden.body, dict) else golden.query.keys()
        assert sent <= calls[golden.name]["fields"].keys(), golden.name


def test_ids_stand_where_ids_json_says() -> None:
    for name, uses in table("ids")["ids"].items():
        for use in uses:
            if use["role"] == "object":
                found = at(objects()[use["file"]]["example"], use["at"])
            elif use["role"] == "path":
                found = BY_NAME[use["file"]].path
            else:
                found = at(getattr(BY_NAME[use["file"]], use["role"]), use["at"])
            assert name in str(found)


def test_the_demo_data_holds_every_id_that_a_request_names() -> None:
    ids, demo = table("ids")["ids"], table("demo")["ids"]
    assert demo.keys() == ids.keys()
    for name, uses in ids.items():
        assert (demo[name]["seed"] == "required") == any(use["role"] in {"path", "body"} for use in uses), name


def test_the_demo_data_leaves_the_order_ids_of_printed_requests_free() -> None:
    uses = table("ids")["order_ids"]
    sent = {order_id for order_id, places in uses.items() if any(place["role"] == "body" for place in places)}
    assert sent.isdisjoint(entry["state"].get("order_id") for entry in table("demo")["ids"].values())


def test_invented_numbers_have_right_check_digits() -> None:
    states = [entry["state"] for entry in table("demo")["ids"].values()]
    assert all(luhn.is_valid(state["card_number"]) for state in states if "card_number" in state)
    for clabe in (state["clabe"] for state in states if "clabe" in state):
        weighed = sum(int(digit) * weight % 10 for digit, weight in zip(clabe[:17], [3, 7, 1] * 6, strict=False))
        assert int(clabe[17]) == -weighed % 10


def test_the_run_order_runs_every_golden_request_once_and_after_what_it_needs() -> None:
    run = table("demo")["run_order"]
    order: list[str] = run["one_pass"]
    assert sorted(order) == sorted(BY_NAME)
    for position, name in enumerate(order):
        assert set(BY_NAME[name].needs_first) <= set(order[:position])


def test_one_pass_sends_no_order_id_twice() -> None:
    substitutes = table("demo")["run_order"]["one_pass_substitutes"]
    bodies = ((golden.name, golden.body) for golden in ALL if isinstance(golden.body, dict))
    sent = [
        substitutes.get(name, {}).get("$.order_id", body["order_id"]) for name, body in bodies if "order_id" in body
    ]
    assert len(sent) == len(set(sent)) == 9


@pytest.mark.parametrize("path", sorted(HERE.rglob("*.json")), ids=lambda path: path.stem)
def test_no_file_holds_the_providers_prose(path: Path) -> None:
    value = read_json(path)
    assert [text for text in strings(value, frozenset({"body_as_printed"})) if len(text) > 120] == []
    assert [text for text in strings(value, frozenset(EXAMPLE_DATA)) if SPANISH.search(text)] == []
