"""The error table is total, right, and the document's."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pasarela.core
import pasarela.facades.toolkit
from pasarela.core.payments.model import PaymentStatus
from pasarela.facades.openpay import errors, explain, present
from pasarela.facades.openpay.errors import DECLINES, NEVER_MET, TABLE, Code
from pasarela.facades.openpay.other_routes import CLIENTS_ONLY
from pasarela.facades.openpay.profile import OPENPAY
from pasarela.facades.openpay.routes import routes
from pasarela.facades.toolkit import fields
from pasarela.facades.toolkit.call import Reply
from pasarela.facades.toolkit.refusals import NoSuchMethod, WrongValue
from pasarela.infra import idempotency
from pasarela.kernel.decline import Decline
from pasarela.kernel.errors import Refusal
from tests.contract.openpay.golden_files import HERE, read_json

DOCUMENT: Any = read_json(HERE / "errors.json")
BY_CODE: dict[int, Any] = {line["code"]: line for line in DOCUMENT["errors"]}
CLIENTS_CODES = {6001: 409, 6002: 412, 6003: 412}
"""Codes that the provider's clients know and its document does not print."""
CODES = [value for value in vars(errors).values() if isinstance(value, Code) and value.number not in CLIENTS_CODES]
OTHER_SLICES = frozenset({"disputes", "invoicing", "issuing", "payouts"})
"""Slices that no call of this dialect reaches yet; whoever adds the calls takes the slice out of here."""


def refusals() -> Iterator[type[Refusal]]:
    """Every refusal that the core and the toolkit can raise, and those of repeated calls."""
    for package in (pasarela.core, pasarela.facades.toolkit):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found = [Refusal]
    while found:
        refusal = found.pop()
        found += refusal.__subclasses__()
        if refusal.__module__.startswith(("pasarela.core.", "pasarela.facades.toolkit.", idempotency.__name__)):
            yield refusal


def test_every_refusal_is_mapped_or_known_never_to_come() -> None:
    reachable = {one for one in refusals() if one.__module__.split(".")[2] not in OTHER_SLICES}

    assert {one.__name__ for one in reachable - TABLE.keys() - NEVER_MET} == set()
    assert TABLE.keys() & NEVER_MET == set()


def test_every_decline_is_mapped() -> None:
    assert DECLINES.keys() == set(Decline)


def test_every_status_is_mapped() -> None:
    assert present.STATUSES.keys() == set(PaymentStatus)


def test_codes_beside_the_documents() -> None:
    ours = [value for value in vars(errors).values() if isinstance(value, Code) and value not in CODES]

    assert {code.number: code.status for code in ours} == CLIENTS_CODES


@pytest.mark.parametrize("code", CODES, ids=lambda code: str(code.number))
def test_codes_are_the_documents(code: Code) -> None:
    line = BY_CODE[code.number]

    assert code.category == line["category"]
    assert code.status == line["http_status"] or code is errors.WRONG_METHOD


@pytest.mark.parametrize(
    ("decline", "number"),
    [
        (Decline.DO_NOT_HONOUR, 3001),
        (Decline.EXPIRED_CARD, 3002),
        (Decline.INSUFFICIENT_FUNDS, 3003),
        (Decline.STOLEN_CARD, 3004),
        (Decline.SUSPECTED_FRAUD, 3005),
        (Decline.RISK_REFUSED, 3005),
        (Decline.NOT_PERMITTED, 3006),
        (Decline.NOT_ONLINE, 3008),
        (Decline.LOST_CARD, 3009),
        (Decline.RESTRICTED_CARD, 3010),
        (Decline.PICK_UP_CARD, 3011),
        (Decline.CALL_ISSUER, 3012),
        (Decline.INVALID_CARD_NUMBER, 2004),
        (Decline.WRONG_SECURITY_CODE, 2009),
        (Decline.ISSUER_UNAVAILABLE, 1004),
    ],
)
def test_declines_as_the_facts_page_has_them(decline: Decline, number: int) -> None:
    assert DECLINES[decline].number == number


def test_an_error_that_is_not_in_the_table_is_a_bug() -> None:
    class New(Refusal):
        """Nobody has mapped this one."""

    with pytest.raises(KeyError):
        errors.refuse(New(), "r", OPENPAY)


def test_1000_tells_nothing() -> None:
    reply: Reply = errors.fail("r1")

    assert reply.status == 500
    assert b'"error_code":1000' in reply.body
    assert b'"request_id":"r1"' in reply.body


@pytest.mark.parametrize(
    ("status", "number"),
    [
        (400, 1001),
        (401, 1002),
        (402, 3001),
        (403, 1010),
        (404, 1005),
        (409, 1006),
        (412, 3006),
        (413, 1009),
        (422, 1003),
        (423, 1008),
        (503, 1004),
        (500, 1000),
        (405, 1000),
        (429, 1000),
        (502, 1000),
    ],
)
def test_an_error_made_on_purpose_has_the_code_of_its_status(status: int, number: int) -> None:
    reply = errors.fail_with(status, "r1", OPENPAY)
    told = json.loads(reply.body)

    special = (errors.WRONG_METHOD, errors.NOT_THE_HOLDER)
    [code] = {code.number: code for code in CODES if code.number == number and code not in special}.values()
    assert (reply.status, reply.error_code) == (status, str(number))
    assert (told["http_code"], told["error_code"], told["request_id"]) == (status, number, "r1")
    assert (told["category"], told["description"]) == (code.category, code.description)
    assert told["category"] == BY_CODE[number]["category"]


def test_a_wrong_method_names_the_right_ones() -> None:
    reply = errors.refuse(NoSuchMethod("PATCH", ("GET", "PUT")), "r1", OPENPAY)

    assert (reply.status, reply.headers) == (405, ((b"allow", b"GET, PUT"),))


def test_every_rule_can_be_explained() -> None:
    chosen = {value for name, value in vars(fields).items() if name.startswith("RULE_")}
    chosen |= {"wire.filter", "wire.query", "idempotency.key", "sandbox.outcome"}
    own = {refusal.rule for refusal in TABLE if refusal is not WrongValue}

    assert (chosen | own) - explain.rules() == set()


def test_explanations_name_the_section_of_the_call() -> None:
    path = "/openpay/v1/mzdtln0bmtms6o3kck8f/charges/tr1/capture"

    explained = explain.explain("amount.decimals", "POST", path)

    assert explained is not None
    assert explained.section == "Cargos / Confirmar un cargo"
    assert "two decimals" in explained.fix
    assert explain.explain("luhn", "POST", path) == explain.Explanation(
        "Tarjetas / Objeto Tarjeta", "The number was mistyped: its last digit does not fit the others."
    )
    assert explain.explain("some.other_rule", "POST", path) is None
    assert explain.explain("wire.required", "GET", "/elsewhere") is not None


def test_sections_are_the_documents() -> None:
    goldens = {read_json(path)["section"] for path in Path(HERE / "golden").glob("*.json")}  # type: ignore[call-overload,index] # golden files are objects

    assert {route.section for route in routes(OPENPAY)} - {CLIENTS_ONLY} <= goldens
