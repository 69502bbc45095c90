"""BBVA's profile says what its document says: calls, sections, statuses, plans, error codes, reference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pasarela.facades.bbva.profile import BBVA
from pasarela.facades.openpay import errors, explain
from pasarela.facades.openpay.dialect import application
from pasarela.facades.openpay.errors import DECLINES, TABLE, Code
from pasarela.facades.openpay.profile import OPENPAY
from pasarela.facades.openpay.surface import calls_of, open_calls_of
from pasarela.facades.toolkit.refusals import PrivateKeyRequired
from tests.contract.openpay.golden_files import read_json
from tests.facades.asgi_client import ask
from tests.facades.fake_platform import FakePlatform

DOCUMENT = Path(__file__).parents[2] / "contract" / "bbva"
FIELDS: Any = read_json(DOCUMENT / "fields.json")
CODES: Any = {line["code"]: line for line in read_json(DOCUMENT / "errors.json")["errors"]}  # type: ignore[call-overload,index,union-attr] # the file's shape is tested beside it
SECTIONS = {
    "Introducción / API Endpoints",
    "Introducción / Autenticación",
    "Introducción / Errores",
    "Introducción / Errores / Códigos de error / Tarjetas",
    "Cargos / Con VPOS",
    "Cargos / Confirmar un cargo",
    "Cargos / Devolver un cargo",
    "Cargos / Obtener un cargo",
    "Objetos Comunes / Objeto Cliente",
    "Objetos Comunes / Objeto PaymentPlan",
    "Objetos Comunes / Objeto Tarjeta",
}
NOT_REACHED = ("billing", "checkouts", "payouts", "webhooks")
"""Slices that no call of BBVA's reaches."""


def test_every_call_that_it_names_is_one_of_the_dialects() -> None:
    offered = [f"{route.method} {route.address}" for route in (*calls_of(BBVA), *open_calls_of(BBVA))]

    assert sorted(offered) == sorted(BBVA.calls or {})
    assert not any(route.public for route in calls_of(BBVA))
    assert len(calls_of(OPENPAY)) > 2 * len(offered)


def test_sections_are_its_documents() -> None:
    named = {*(BBVA.calls or {}).values(), *(BBVA.sections or {}).values()}

    assert named - {""} == SECTIONS


def test_statuses_and_plans_are_its_documents() -> None:
    plans = BBVA.charges.plans

    assert list(BBVA.status_words) == FIELDS["enums"]["transaction_status"]
    assert list(plans.payments) == FIELDS["enums"]["payments"]
    assert list(plans.interest_words) == FIELDS["enums"]["payments_type"]
    assert list(plans.deferred_months) == FIELDS["enums"]["deferred_months"]
    assert plans.interest_words == {"WITHOUT_INTEREST": False, "WITH_INTEREST": True}


@pytest.mark.parametrize("call", ["002-charges-create-vpos", "003-charges-create-card"])
def test_required_is_what_its_tables_call_so(call: str) -> None:
    required = {name for name, field in FIELDS["calls"][call]["fields"].items() if field["required"]}

    assert required - {"amount", "description", "card"} == set(BBVA.charges.required)


def test_every_code_that_it_can_answer_is_its_documents() -> None:
    codes = [
        entry.code
        for refusal, entry in TABLE.items()
        if isinstance(entry.code, Code) and refusal.__module__.split(".")[2] not in NOT_REACHED
    ]
    answered = {BBVA.codes.get(code.number, code.number) for code in (*codes, *DECLINES.values())}

    assert answered <= CODES.keys()
    assert not {1010, 2001, 4001} & CODES.keys()


def test_codes_that_it_lacks() -> None:
    refused = errors.refuse(PrivateKeyRequired(), "r1", BBVA)
    broken = errors.fail_with(403, "r1", BBVA)

    assert (refused.status, json.loads(refused.body)["error_code"]) == (401, 1002)
    assert refused.headers == ((b"www-authenticate", b'Basic realm="BBVA"'),)
    assert (broken.status, json.loads(broken.body)["error_code"]) == (403, 1000)


def test_explanations_name_its_sections() -> None:
    path = "/bbva/v1/mptdggroasfcmqs8plpy/charges"

    told = {rule: explain.explain(rule, "POST", path, BBVA) for rule in ("luhn", "wire.required", "webhook.unknown")}

    assert [one.section if one else None for one in told.values()] == [
        "Objetos Comunes / Objeto Tarjeta",
        "Cargos / Con VPOS",
        "",
    ]


async def test_its_reference_is_its_own() -> None:
    platform = FakePlatform()
    documents = [
        (await ask(application(platform.services, profile), "GET", "/openapi.json", root_path=profile.mount)).json
        for profile in (BBVA, OPENPAY)
    ]
    charges = [document["components"]["schemas"]["ChargeBody"] for document in documents]
    plans = [document["components"]["schemas"]["PaymentPlanBody"]["properties"].keys() for document in documents]
    page = await ask(application(platform.services, BBVA), "GET", "/docs", root_path="/bbva")

    assert [document["info"]["title"] for document in documents] == ["BBVA", "Openpay"]
    assert documents[0]["servers"] == [{"url": "http://127.0.0.1:8080/bbva"}]
    assert set(charges[0]["required"]) == {*BBVA.charges.required, "amount", "description"}
    assert set(charges[1]["required"]) == {"method", "amount", "description"}
    assert "affiliation_bbva" in charges[0]["properties"]
    assert "affiliation_bbva" not in charges[1]["properties"]
    assert plans[0] - plans[1] == {"payments_type", "deferred_months"}
    assert "/v1/{merchant}/plans" not in documents[0]["paths"]
    assert (page.status, b"affiliation_bbva" in page.body, b"pk_" in page.body) == (200, True, False)
