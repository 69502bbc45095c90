"""Plans and subscriptions on the wire: what is read, what is printed, what is refused before the core is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pasarela.core.billing.errors import ChargeUnderWay, TrialEndsTooEarly
from pasarela.core.billing.model import AfterRetries, NewPlan, PlanChanges, RepeatUnit, SubscriptionFilter
from pasarela.core.payments.model import InlineCard, SavedSource
from pasarela.kernel.paging import CreatedBetween, Page
from tests.facades.fake_platform import FakePlatform, mxn
from tests.facades.openpay.bodies import CARD, CUSTOMER, changed
from tests.facades.openpay.conftest import Ask

PLAN: Any = {
    "amount": 150.00,
    "status_after_retry": "cancelled",
    "retry_times": 2,
    "name": "Curso de ingles",
    "repeat_unit": "month",
    "trial_days": "30",
    "repeat_every": "1",
}


async def subscribed(api: Ask, **body: Any) -> tuple[str, Any]:
    """Where the customer's subscriptions are, and a new one."""
    customer = (await api("POST", "/customers", CUSTOMER)).json["id"]
    place = f"/customers/{customer}/subscriptions"
    made = await api("POST", place, {"plan_id": "pbi4kb8hpb64x0uud2eb", "card": CARD, **body})
    assert made.status == 201, made.json
    return place, made.json


async def test_a_plan_as_printed(api: Ask, platform: FakePlatform) -> None:
    made = await api("POST", "/plans", PLAN)

    asked = platform.asked[-1]
    assert isinstance(asked, NewPlan)
    assert asked == NewPlan(
        made.json["id"], "Curso de ingles", mxn(15_000), RepeatUnit.MONTH, 1, 2, AfterRetries.CANCELLED, 30
    )
    assert made.status == 201
    assert b'"amount":150.00' in made.body
    assert made.json == {
        "id": asked.plan_id,
        "name": "Curso de ingles",
        "status": "active",
        "amount": 150,
        "currency": "MXN",
        "creation_date": "2026-11-23T06:00:00-06:00",
        "repeat_every": 1,
        "repeat_unit": "month",
        "retry_times": 2,
        "status_after_retry": "cancelled",
        "trial_days": 30,
    }
    assert asked.plan_id.startswith("p")


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"status_after_retry": "UNPAID"}, "after_retries", AfterRetries.UNPAID),
        ({"repeat_unit": "WEEK"}, "repeat_unit", RepeatUnit.WEEK),
        ({"repeat_unit": "year", "repeat_every": 2}, "repeat_every", 2),
        ({"retry_times": None}, "retry_times", 3),
        ({"retry_times": "0"}, "retry_times", 0),
        ({"amount": "0.01", "currency": "mxn"}, "amount", mxn(1)),
    ],
)
async def test_plans_are_read_as_clients_send_them(
    api: Ask, platform: FakePlatform, changes: dict[str, Any], field: str, value: object
) -> None:
    assert (await api("POST", "/plans", changed(PLAN, **changes))).status == 201
    assert getattr(platform.asked[-1], field) == value


async def test_only_name_and_trial_days_of_a_plan_change(api: Ask, platform: FakePlatform) -> None:
    made = (await api("POST", "/plans", PLAN)).json

    answer = await api("PUT", f"/plans/{made['id']}", changed(made, trial_days="60", amount=1, status="deleted"))

    assert answer.json == changed(made, trial_days=60)
    assert (made["id"], PlanChanges("Curso de ingles", 60)) in platform.asked


async def test_a_subscription_as_printed(api: Ask, platform: FakePlatform) -> None:
    place, made = await subscribed(api, card=changed(CARD, device_session_id="kR1MiQhz2otdIuUlQkbEyitIqVMiI16f"))

    command: Any = platform.asked[-1]
    assert isinstance(command.source, InlineCard)
    assert (command.trial_end, command.trial_days) == (None, None)
    assert command.buyer.device_session_id == "kR1MiQhz2otdIuUlQkbEyitIqVMiI16f"
    assert command.buyer.payer.email == CUSTOMER["email"]
    card = made.pop("card")
    assert made == {
        "id": command.subscription_id,
        "status": "trial",
        "cancel_at_period_end": False,
        "charge_date": "2026-12-23",
        "creation_date": "2026-11-23T06:00:00-06:00",
        "current_period_number": 0,
        "period_end_date": "2026-12-22",
        "trial_end_date": "2026-12-22",
        "plan_id": "pbi4kb8hpb64x0uud2eb",
        "customer_id": place.split("/")[2],
    }
    assert (card["id"], card["card_number"], card["bank_name"]) == (None, "411111XXXXXX1111", "Banamex")
    assert command.subscription_id.startswith("s")


@pytest.mark.parametrize("name", ["source_id", "card_id"])
async def test_a_source_goes_before_a_card(api: Ask, platform: FakePlatform, name: str) -> None:
    await subscribed(api, **{name: "kqgykn96i7bcs1wwhvgw"}, trial_end_date="2027-01-31", trial_days="7")

    command: Any = platform.asked[-1]
    assert command.source == SavedSource("kqgykn96i7bcs1wwhvgw")
    assert (command.trial_end, command.trial_days) == (date(2027, 1, 31), 7)


async def test_an_update_says_only_what_is_new(api: Ask, platform: FakePlatform) -> None:
    place, made = await subscribed(api)
    one = f"{place}/{made['id']}"

    for body in (made, {}, {"trial_end_date": "2016-01-11", "card": None, "status": "active", "charge_date": "x"}):
        answer = await api("PUT", one, body)
        command: Any = next(asked for asked in reversed(platform.asked) if hasattr(asked, "operation_id"))
        assert (answer.status, answer.json) == (200, made)
        assert command.source is None
        assert command.trial_end == (date(2026, 12, 22) if body is made else None)
        assert command.operation_id.startswith("tr")


async def test_an_update_by_either_path(api: Ask, platform: FakePlatform) -> None:
    place, made = await subscribed(api)

    for path, body in ((f"{place}/{made['id']}", {}), (place, {"id": made["id"]}), (place, {})):
        answer = await api("PUT", path, {**body, "cancel_at_period_end": "true", "card": CARD})
        command: Any = next(asked for asked in reversed(platform.asked) if hasattr(asked, "operation_id"))
        assert answer.json == changed(made, cancel_at_period_end=True)
        assert (command.subscription_id, command.cancel_at_period_end) == (made["id"], True)
        assert isinstance(command.source, InlineCard)


async def test_cancelling_answers_nothing(api: Ask) -> None:
    place, made = await subscribed(api)

    answer = await api("DELETE", f"{place}/{made['id']}")

    assert (answer.status, answer.body) == (204, b"")
    assert (await api("GET", f"{place}/{made['id']}")).json["status"] == "cancelled"


async def test_lists_are_bounded_by_days(api: Ask, platform: FakePlatform) -> None:
    place, made = await subscribed(api)
    plan = (await api("POST", "/plans", PLAN)).json

    of_customer = await api("GET", f"{place}?creation=2026-11-23&limit=2&offset=0")
    asked = platform.asked[-1]
    of_plan = await api("GET", f"/plans/{plan['id']}/subscriptions")

    assert of_customer.json == [made]
    assert isinstance(asked, tuple)
    assert isinstance(asked[0], SubscriptionFilter)
    assert asked[0].created != CreatedBetween()
    assert asked[1] == Page(0, 2)
    assert of_plan.json == []
    assert platform.asked[-1] == (SubscriptionFilter(plan_id=plan["id"]), Page())
    assert (await api("GET", "/plans")).json == [plan]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/plans", changed(PLAN, name=None), 400, 1001),
        ("POST", "/plans", changed(PLAN, repeat_unit=1), 400, 1001),
        ("POST", "/plans", changed(PLAN, retry_times=366), 422, 1003),
        ("POST", "/plans", changed(PLAN, trial_days=36_501), 422, 1003),
        ("POST", "/plans", changed(PLAN, repeat_every=1.5), 400, 1001),
        ("PUT", "/plans/p1", {"trial_days": "x"}, 400, 1001),
        ("GET", "/plans/p1", None, 404, 1005),
        ("GET", "/plans?creation=x", None, 422, 1003),
        ("GET", "/plans/p1/subscriptions", None, 404, 1005),
        ("GET", "/customers/anobody/subscriptions", None, 404, 1005),
        ("POST", "/customers/anobody/subscriptions", {}, 404, 1005),
        ("PATCH", "/plans/p1", None, 405, 1005),
    ],
)
async def test_refusals_reach_no_verb(
    api: Ask, platform: FakePlatform, method: str, path: str, body: Any, status: int, code: int
) -> None:
    answer = await api(method, path, body)

    assert (answer.status, answer.json["error_code"]) == (status, code)
    assert not platform.billing.plans
    assert not platform.billing.subscriptions


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"plan_id": None}, 400, 1001),
        ({"card": None}, 400, 1001),
        ({"card": []}, 400, 1001),
        ({"card": {}}, 400, 1001),
        ({"card": changed(CARD, card_number="1111")}, 422, 1003),
        ({"card": changed(CARD, card_number="411111XXXXXX1111")}, 400, 1001),
        ({"card": changed(CARD, expiration_month=13)}, 422, 1003),
        ({"trial_end_date": "11/01/2027"}, 422, 1003),
        ({"trial_end_date": "2126-11-24"}, 422, 1003),
    ],
)
async def test_a_wrong_subscription(
    api: Ask, platform: FakePlatform, body: dict[str, Any], status: int, code: int
) -> None:
    customer = (await api("POST", "/customers", CUSTOMER)).json["id"]
    right = {"plan_id": "pbi4kb8hpb64x0uud2eb", "card": CARD}

    answer = await api("POST", f"/customers/{customer}/subscriptions", {**right, **body})

    assert (answer.status, answer.json["error_code"]) == (status, code), answer.json
    assert platform.billing.subscriptions == {}


@pytest.mark.parametrize(
    ("refusal", "status", "code"), [(TrialEndsTooEarly(), 422, 1003), (ChargeUnderWay(), 503, 1004)]
)
async def test_the_cores_refusals(api: Ask, platform: FakePlatform, refusal: Exception, status: int, code: int) -> None:
    place, made = await subscribed(api)
    platform.refusal = refusal

    answer = await api("PUT", f"{place}/{made['id']}", {"cancel_at_period_end": True})

    assert (answer.status, answer.json["error_code"]) == (status, code)


async def test_a_charge_says_whose_it_is(api: Ask, platform: FakePlatform) -> None:
    made = (await api("POST", "/charges", {"method": "card", "card": CARD, "amount": 1, "description": "x"})).json
    payment = platform.payments[made["id"]]
    platform.payments[made["id"]] = replace(payment, details={"subscription_id": "s1"})

    assert "subscription_id" not in made
    assert (await api("GET", f"/charges/{made['id']}")).json == changed(made, subscription_id="s1")
