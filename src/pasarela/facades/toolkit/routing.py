"""A dialect's surface as a table: which handler answers which method at which address.

Addresses are matched segment by segment, so trailing and doubled slashes make no difference.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.refusals import NoSuchMethod, NoSuchPath
from pasarela.facades.toolkit.wire import WireModel

P = TypeVar("P")

Handler = Callable[[Call[P]], Awaitable[Reply]]

UUID = "uuid"
"""What a route mints whose ids are UUIDs, instead of a prefix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Generic[P]):
    """One call of a dialect.

    `address` has `{names}` for path parameters. `mints` is the prefix of the id that the call makes something
    under; `about` the path parameter that the call is about, when that is not the last one or the new id.
    `public` calls may be made with a public key, from a browser, and `open` ones without any key. `section` is
    where the provider's document describes the call; `body`, `filters` and `answer` are for the OpenAPI document.
    """

    method: str
    address: str
    handler: Handler[P]
    summary: str
    section: str
    status: int = 200
    mints: str | None = None
    about: str | None = None
    public: bool = False
    open: bool = False
    body: type[WireModel] | None = None
    filters: type[WireModel] | None = None
    answer: Any = None

    def subject(self, call: Call[P]) -> str | None:
        """The id of what the call is about, for the request log."""
        if self.about is not None:
            return call.params.get(self.about)
        if self.mints is not None:
            return call.operation_id or None
        return next(reversed(list(call.params.values())), None)


@dataclass(slots=True)
class _Node(Generic[P]):
    routes: dict[str, Route[P]] = field(default_factory=dict)
    literal: dict[str, _Node[P]] = field(default_factory=dict)
    name: str = ""
    other: _Node[P] | None = None


class Match(Generic[P]):
    """What an address leads to: the routes of its methods, and the values of its parameters."""

    __slots__ = ("params", "routes")

    def __init__(self, routes: dict[str, Route[P]], params: dict[str, str]) -> None:
        self.routes = routes
        self.params = params

    def of(self, method: str) -> Route[P]:
        """Raises `NoSuchMethod`."""
        route = self.routes.get(method)
        if route is None:
            raise NoSuchMethod(method, tuple(self.routes))
        return route

    def browser_methods(self) -> tuple[str, ...]:
        """The methods that a page of another origin may use."""
        return tuple(method for method, route in self.routes.items() if route.public)


class RouteTable(Generic[P]):
    """All routes of a dialect."""

    def __init__(self, routes: Iterable[Route[P]]) -> None:
        self.routes = tuple(routes)
        self._root: _Node[P] = _Node()
        for route in self.routes:
            self._add(route)

    def find(self, path: str) -> Match[P]:
        """Raises `NoSuchPath`."""
        node = self._root
        params: dict[str, str] = {}
        for segment in path.split("/"):
            if not segment:
                continue
            if (after := node.literal.get(segment)) is not None:
                node = after
            elif node.other is not None:
                params[node.name] = segment
                node = node.other
            else:
                raise NoSuchPath
        if not node.routes:
            raise NoSuchPath
        return Match(node.routes, params)

    def _add(self, route: Route[P]) -> None:
        node = self._root
        for segment in filter(None, route.address.split("/")):
            if segment.startswith("{"):
                name = segment.strip("{}")
                assert node.name in ("", name), f"{route.address}: two names for one parameter"
                node.name = name
                node.other = node.other or _Node()
                node = node.other
            else:
                node = node.literal.setdefault(segment, _Node())
        assert route.method not in node.routes, f"{route.method} {route.address} twice"
        node.routes[route.method] = route
