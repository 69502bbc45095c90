"""A thousand requests that no client should send: each is answered with an error object, none with a 5xx.

Built from right bodies by putting odd values, keys and bytes where they hurt. The platform behind is in memory and
accepts whatever reaches it, so that only the reading of requests is on trial.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from pasarela.facades.openpay.dialect import application
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.cycle import DialectApp
from tests.contract.openpay.billing_calls import PLAN
from tests.facades.asgi_client import Answer, ask
from tests.facades.fake_platform import MERCHANT, PRIVATE, FakePlatform
from tests.facades.openpay.bodies import ADDRESS, CARD, CHARGE, CUSTOMER, changed, without

REQUESTS = 1_000

CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/charges", CHARGE),
    ("POST", "/charges", changed(without(CHARGE, "source_id"), card=changed(CARD, address=ADDRESS))),
    ("POST", "/charges/tr1/capture", {"amount": 1}),
    ("POST", "/charges/tr1/refund", {"amount": 1, "description": "x"}),
    ("POST", "/cards", changed(CARD, address=ADDRESS)),
    ("POST", "/cards", {"token_id": "tok1", "device_session_id": "x"}),
    ("PUT", "/cards/k1", {"holder_name": "x", "expiration_year": 30, "expiration_month": 1, "cvv2": "000"}),
    ("POST", "/tokens", changed(CARD, address=ADDRESS)),
    ("POST", "/customers", changed(CUSTOMER, external_id="x", requires_account=True)),
    ("PUT", "/customers/a1", CUSTOMER),
    ("POST", "/customers/a1/charges", CHARGE),
    ("POST", "/plans", PLAN),
    ("PUT", "/plans/p1", {"name": "x", "trial_days": "60"}),
    ("POST", "/customers/a1/subscriptions", {"plan_id": "p1", "card": CARD, "trial_end_date": "2027-01-31"}),
    ("PUT", "/customers/a1/subscriptions", {"id": "s1", "card": CARD, "cancel_at_period_end": True}),
]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**18, max_value=10**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.text(alphabet="0123456789 .-+eE", max_size=40),
    st.sampled_from(["\0", "4111111111111111", "NaN", "1e999999999", "%00", "'; --", "\u202e"]),
)
# Of the right type nearly everywhere, and of a wrong value.
near_misses = st.sampled_from(
    [
        "a\0b",
        "x" * 5_000,
        "0",
        "-1",
        "0.001",
        "99999999999999999",
        "13",
        "1999",
        "4111111111111112",
        "USD",
        "store",
        0,
        -1,
        13,
        1999,
        10**30,
        Decimal("0.001"),
        Decimal("1E+40"),
        {},
        {"line1": "x"},
        {"payments": 7},
    ]
)
odd_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
values = st.one_of(near_misses, odd_values)
keys = st.sampled_from(
    sorted(
        {
            *CHARGE,
            *CARD,
            *ADDRESS,
            *CUSTOMER,
            "card",
            "address",
            "token_id",
            "payment_plan",
            "payments",
            "capture",
            "metadata",
        }
        | {"confirm", "use_3d_secure", "use_card_points", "card_id", "id"}
    )
)


def raw(value: object) -> bytes:
    """JSON whose decimals are numbers with all their digits."""

    def number(item: object) -> msgspec.Raw:
        assert isinstance(item, Decimal)
        return msgspec.Raw(str(item).encode())

    return msgspec.json.Encoder(enc_hook=number, decimal_format="number").encode(value)


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A call whose body has some values exchanged, or is cut, or is something else altogether."""
    method, path, body = draw(st.sampled_from(CALLS))
    manner = draw(st.sampled_from(["values", "values", "values", "nested", "anything", "bytes", "cut"]))
    if manner == "anything":
        return method, path, raw(draw(values))
    if manner == "bytes":
        return method, path, draw(st.binary(max_size=60))
    for name in draw(st.lists(st.one_of(st.sampled_from(sorted(body)), keys), min_size=1, max_size=2)):
        inner = next((item for item in body.values() if isinstance(item, dict)), None)
        if manner == "nested" and inner is not None:
            inside = next(key for key, item in body.items() if item is inner)
            body = changed(body, **{inside: changed(inner, **{name: draw(values)})})
        else:
            body = changed(body, **{name: draw(values)})
    whole = raw(body)
    return method, path, whole[: draw(st.integers(0, len(whole)))] if manner == "cut" else whole


async def with_tr1_and_k1() -> tuple[FakePlatform, DialectApp[Profile]]:
    """A platform that holds the charge and the card which the calls are about."""
    platform = FakePlatform()
    app = application(platform.services)
    platform.customers.add("a1", has_account=True)
    for path, body in (("charges", changed(CHARGE, capture=False)), ("cards", CARD)):
        await ask(app, "POST", f"/v1/{MERCHANT}/{path}", body, key=PRIVATE)
    platform.payments["tr1"] = replace(next(iter(platform.payments.values())), payment_id="tr1")
    platform.cards["k1"] = next(iter(platform.cards.values()))
    return platform, app


seen: dict[int, int] = {}


@seed(20_261_121)
@settings(
    max_examples=REQUESTS,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(call=spoiled())
async def test_no_body_breaks_the_api(call: tuple[str, str, bytes]) -> None:
    method, path, body = call
    platform, app = await with_tr1_and_k1()

    answer = await ask(app, method, f"/v1/{MERCHANT}{path}", body, key=PRIVATE)

    assert answer.status < 500, platform.calls[-1]
    if answer.status >= 400:
        assert_error_object(answer)
    assert "4111111111111111" not in (platform.calls[-1].request_body or "")
    seen[answer.status] = seen.get(answer.status, 0) + 1


def test_the_bodies_were_bad_enough() -> None:
    if not seen:
        pytest.skip("the requests ran in another worker")
    assert sum(seen.values()) >= REQUESTS
    assert sum(count for status, count in seen.items() if status >= 400) > REQUESTS // 2
    assert {400, 422} <= seen.keys()


def assert_error_object(answer: Answer) -> None:
    error = answer.json
    assert error.keys() == {"category", "description", "http_code", "error_code", "request_id", "fraud_rules"}
    assert error["http_code"] == answer.status
