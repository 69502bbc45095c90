"""Finding a route: parameters, slashes, and what is not there."""

from __future__ import annotations

import pytest

from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.refusals import NoSuchMethod, NoSuchPath
from pasarela.facades.toolkit.routing import Route, RouteTable


async def _nothing(call: Call[None]) -> Reply:
    return Reply(200, b"")


def route(method: str, address: str, *, public: bool = False) -> Route[None]:
    return Route(method=method, address=address, handler=_nothing, summary="", section="", public=public)


TABLE = RouteTable(
    [
        route("GET", "/v1/{merchant}"),
        route("GET", "/v1/{merchant}/cards/{card_id}"),
        route("PUT", "/v1/{merchant}/cards/{card_id}", public=True),
        route("POST", "/v1/{merchant}/cards/{card_id}/points"),
        route("GET", "/docs"),
    ]
)


def test_parameters() -> None:
    match = TABLE.find("/v1/m1/cards/k9")

    assert match.params == {"merchant": "m1", "card_id": "k9"}
    assert match.of("PUT").method == "PUT"
    assert match.browser_methods() == ("PUT",)


@pytest.mark.parametrize("path", ["/v1/m1/", "//v1//m1", "v1/m1"])
def test_slashes_make_no_difference(path: str) -> None:
    assert TABLE.find(path).params == {"merchant": "m1"}


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v2/m1", "/v1/m1/cards", "/v1/m1/cards/k9/points/x", "/doc"])
def test_unknown_paths(path: str) -> None:
    with pytest.raises(NoSuchPath):
        TABLE.find(path)


def test_unknown_methods_name_the_known_ones() -> None:
    with pytest.raises(NoSuchMethod) as refused:
        TABLE.find("/v1/m1/cards/k9").of("PATCH")

    assert refused.value.allowed == ("GET", "PUT")


def test_one_route_for_each_method_and_address() -> None:
    with pytest.raises(AssertionError, match="twice"):
        RouteTable([route("GET", "/a/{b}"), route("GET", "/a/{b}")])
    with pytest.raises(AssertionError, match="two names"):
        RouteTable([route("GET", "/a/{b}"), route("GET", "/a/{c}")])
