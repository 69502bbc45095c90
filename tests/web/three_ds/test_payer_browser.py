"""What a browser tells about itself: taken as far as it makes sense."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from pasarela.kernel.browser import Browser, Screen
from pasarela.web.checkout.payer_browser import browser_facts

TOLD = {"js": "1", "colorDepth": "24", "screenHeight": "1080", "screenWidth": "1920", "tz": "360"}


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw, "client": ("192.0.2.7", 5000)})


def test_headers_and_what_the_script_told() -> None:
    asked = request(accept="text/html", user_agent="Tests/1", accept_language="es-MX;q=0.9, en")

    assert browser_facts(asked, TOLD) == Browser(
        "text/html", "Tests/1", "es-MX", "192.0.2.7", Screen(1080, 1920, 24, 360)
    )


def test_a_browser_without_scripts_tells_less() -> None:
    assert browser_facts(request(), {}) == Browser("", "", "", "192.0.2.7", None)


@pytest.mark.parametrize(("told", "depth"), [("30", 24), ("48", 48), ("64", 48), ("1", 1)])
def test_a_depth_without_a_word_is_the_next_one_below(told: str, depth: int) -> None:
    screen = browser_facts(request(), {**TOLD, "colorDepth": told}).screen

    assert screen is not None
    assert screen.color_depth == depth


@pytest.mark.parametrize(
    "wrong",
    [{"js": "0"}, {"tz": "841"}, {"tz": "-"}, {"screenWidth": "1e3"}, {"screenHeight": "-1"}, {"colorDepth": "0"},
     {"colorDepth": ""}, {"screenWidth": "²"}, {"screenWidth": "10000000"}],
)  # fmt: skip  # values, not lines
def test_what_makes_no_sense_counts_as_not_said(wrong: dict[str, str]) -> None:
    assert browser_facts(request(), {**TOLD, **wrong}).screen is None
