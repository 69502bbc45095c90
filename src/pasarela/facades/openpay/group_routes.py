"""The calls under `/v1/groups`, which the provider's Node.js client has: groups are merchants who share customers.

Here each merchant is a group of his own, under his own id: the calls are those of `routes`, at other addresses. A
merchant who is not the group's is nobody (1005). Groups of several merchants are not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.refusals import NoSuchPath
from pasarela.facades.toolkit.routing import Handler, Route

M = "/v1/{merchant}"
GROUP = "/v1/groups/{merchant}"
MEMBER = f"{GROUP}/merchants/{{member}}"
CLIENTS_ONLY = ""
"""Called by the provider's own clients, and not in the document."""

_OF_THE_GROUP = (f"{M}/customers", f"{M}/customers/{{customer_id}}", f"{M}/customers/{{customer_id}}/cards")
_OF_A_MEMBER = (
    f"{M}/charges", f"{M}/customers/{{customer_id}}/charges", f"{M}/customers/{{customer_id}}/subscriptions"
)  # fmt: skip # two lines of addresses


def group_routes(routes: Iterable[Route[Profile]]) -> tuple[Route[Profile], ...]:
    """Those of `routes` that groups have, too; none may be called from a browser."""
    return tuple(again for route in routes for again in _again(route))


def _again(route: Route[Profile]) -> Iterable[Route[Profile]]:
    below = route.address.removeprefix(M)
    if route.address in _OF_THE_GROUP or route.address.startswith(f"{_OF_THE_GROUP[-1]}/"):
        yield replace(route, address=GROUP + below, section=CLIENTS_ONLY, public=False)
    elif any(route.address == one or route.address.startswith(f"{one}/") for one in _OF_A_MEMBER):
        yield replace(
            route, address=MEMBER + below, section=CLIENTS_ONLY, public=False, handler=_of_member(route.handler)
        )


def _of_member(handler: Handler[Profile]) -> Handler[Profile]:
    async def handled(call: Call[Profile]) -> Reply:
        if call.params["member"] != call.params["merchant"]:
            raise NoSuchPath("There is no such merchant in the group.")
        return await handler(call)

    return handled
