"""The error table is total, its codes are published, and every rule is explained."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import pasarela.facades.necipco
from pasarela.core.issuing import errors as issuing
from pasarela.facades.necipco import codes, errors, explain, refusals
from pasarela.facades.necipco.codes import CODES, Code
from pasarela.facades.toolkit import refusals as wire
from pasarela.kernel.errors import Refusal

DOCS = Path(__file__).parents[3] / "docs" / "providers" / "necipco.md"
STATUSES = {400, 401, 403, 404, 405, 422, 429, 500, 503}
"""Those of the document's table; its successes left out."""

OPERATORS = {issuing.RangeTaken, issuing.CardNumberRefused}
"""Refusals of the operator's verbs."""

NOT_MET = {wire.NotPermitted, wire.PrivateKeyRequired, wire.PrivateKeyInBrowser}
"""Refusals of dialects with other keys."""


def refusals_of(*modules: str) -> Iterator[type[Refusal]]:
    for module in pkgutil.walk_packages(pasarela.facades.necipco.__path__, "pasarela.facades.necipco."):
        importlib.import_module(module.name)
    found = [Refusal]
    while found:
        refusal = found.pop()
        found += refusal.__subclasses__()
        if refusal.__module__.startswith(modules):
            yield refusal


def test_every_refusal_that_can_come_is_mapped() -> None:
    reachable = set(refusals_of("pasarela.core.issuing.", "pasarela.facades.toolkit.", "pasarela.facades.necipco."))

    unmapped = reachable - errors.TABLE.keys() - OPERATORS - NOT_MET - {refusals.NotValidated}
    assert {one.__name__ for one in unmapped} == set()


def test_every_code_is_published_with_its_status() -> None:
    table = re.findall(r"^\| (\d{4}) \| (\d{3}) \| (.+?) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)

    assert [(int(number), int(status), message) for number, status, message in table] == [
        (code.number, code.status, code.message) for code in CODES
    ]


def test_codes_are_unique_ordered_and_have_statuses_of_the_document() -> None:
    numbers = [code.number for code in CODES]

    assert numbers == sorted(set(numbers))
    assert {code.status for code in CODES} <= STATUSES
    assert all(number > 0 for number in numbers)


MAPPED = {refusal.__name__: refusal for refusal in errors.TABLE}


@pytest.mark.parametrize("refusal", MAPPED.values(), ids=MAPPED.keys())
def test_every_rule_is_explained(refusal: type[Refusal]) -> None:
    if refusal is wire.WrongValue:
        pytest.skip("its rules are told where it is raised")
    assert refusal.rule in explain.rules()


def test_a_field_is_named_where_it_helps() -> None:
    reply = errors.refuse(wire.Missing("latitude"), "r")

    assert (reply.status, msgspec.json.decode(reply.body)) == (
        422,
        {
            "success": False,
            "code": codes.FIELD.number,
            "message": codes.FIELD.message,
            "errors": [{"field": "latitude", "message": "latitude is required"}],
        },
    )


def test_a_wrong_pin_is_data_where_somebody_asks_for_it() -> None:
    reply = errors.refuse(refusals.NotValidated(issuing.WrongPin()), "r")
    elsewhere = errors.refuse(issuing.WrongPin(), "r")

    assert (reply.status, elsewhere.status) == (403, 403)
    assert msgspec.json.decode(reply.body)["data"] == {"validated": False}
    assert "data" not in msgspec.json.decode(elsewhere.body)


@pytest.mark.parametrize("status", sorted(STATUSES | {418}))
def test_a_status_that_was_ordered_is_kept(status: int) -> None:
    reply = errors.fail_with(status)

    assert (reply.status, msgspec.json.decode(reply.body)["success"]) == (status, False)
    assert isinstance(codes.INTERNAL, Code)
