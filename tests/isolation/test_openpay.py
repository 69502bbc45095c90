"""Two merchants, every call of the route table: with the other one's ids a call finds nothing and changes nothing.

Generated from the routes, so that a new call is tried as soon as it exists; where the generator lacks something, the
call's test fails and says what to add to `openpay_calls.py`, or to `tests/factories/shops.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, get_origin

import asyncpg
import httpx
import pytest

from pasarela.facades.openpay.other_routes import open_routes
from pasarela.facades.openpay.profile import OPENPAY, Profile
from pasarela.facades.openpay.routes import routes
from pasarela.facades.toolkit.fields import Text
from pasarela.facades.toolkit.routing import Route
from tests.factories.shops import C, M, Shop, names_in, new_shop, outside_groups
from tests.fixtures_server import SandboxServer
from tests.isolation.openpay_calls import (
    BODIES,
    ID_FIELDS,
    NOBODYS,
    OWN_WORDS,
    OWNER_IS_REFUSED,
    PATH_NAMES_IT,
    filled,
    key_of,
)

HERE = "tests/isolation/openpay_calls.py"
CALLS = (*routes(OPENPAY), *open_routes(OPENPAY))
WITH_IDS = [route for route in CALLS if names_in(route) and route.address not in NOBODYS]
WITH_BODIES = [route for route in CALLS if route.body is not None]
KEYED = [route for route in CALLS if "{merchant}" in route.address and not route.open]
LISTS = [
    route
    for route in CALLS
    if get_origin(route.answer) is list
    and route.address not in NOBODYS
    and "{" not in outside_groups(route).removeprefix(M)
]

# Written by workers in their own time, and the log of every call.
IN_MOTION = {"api_requests", "due_work", "ledger_accounts", "ledger_seals", "outbox_cursors", "risk_counters"}


def named(route: Route[Profile]) -> str:
    return f"{route.method} {route.address}"


@pytest.fixture(scope="module")
async def anna(sandbox: SandboxServer) -> AsyncIterator[Shop]:
    async with new_shop(sandbox, "Anna") as shop:
        yield shop


@pytest.fixture(scope="module")
async def bert(sandbox: SandboxServer) -> AsyncIterator[Shop]:
    async with new_shop(sandbox, "Bert") as shop:
        yield shop


@pytest.fixture(scope="module")
async def owner(sandbox: SandboxServer) -> AsyncIterator[asyncpg.Connection]:
    """Sees everything, behind the code's back."""
    connection = await asyncpg.connect(sandbox.database_url)
    yield connection
    await connection.close()


async def content(owner: asyncpg.Connection) -> dict[str, str]:
    """A digest of each table that holds tenants' rows."""
    tables = await owner.fetch(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'"
    )
    names = sorted({table["table_name"] for table in tables} - IN_MOTION)
    digests = " UNION ALL ".join(
        f"SELECT '{name}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t"  # noqa: S608 - the database's own names
        for name in names
    )
    return {row[0]: row[1] for row in await owner.fetch(digests)}


def code_of(answer: httpx.Response) -> int | None:
    if answer.status_code < 400:
        return None
    code: int = answer.json()["error_code"]
    return code


def at(route: Route[Profile], ids: dict[str, str]) -> str:
    """The path of whose level the call is."""
    return (C if outside_groups(route).startswith(C) else M).format(**ids)


async def body_for(route: Route[Profile], shop: Shop, ids: dict[str, str]) -> Any:
    if route.body is None:
        return None
    body = BODIES.get(key_of(route))
    assert body is not None, f"{named(route)}: say a right body under {key_of(route)!r} in BODIES of {HERE}"
    return await filled(body, shop, at(route, ids))


@pytest.mark.parametrize("route", WITH_IDS, ids=named)
async def test_another_merchants_ids_lead_nowhere(
    route: Route[Profile], anna: Shop, bert: Shop, owner: asyncpg.Connection
) -> None:
    ids = await anna.ids(route)
    body = await body_for(route, anna, ids)
    theirs, at_mine = route.address.format(**ids), route.address.format(**{**ids, "merchant": bert.account})
    before = await content(owner)

    mine = await bert.call(route.method, at_mine, body)
    with_their_name = await bert.call(route.method, theirs, body)
    after = await content(owner)
    their_own = await anna.call(route.method, theirs, body)

    assert (mine.status_code, code_of(mine)) == (404, 1005), mine.text
    assert route.open or (with_their_name.status_code, code_of(with_their_name)) == (401, 1002), with_their_name.text
    assert after == before
    # Whoever owns them gets further, so it was not the request.
    expected, _why = OWNER_IS_REFUSED.get(key_of(route), (None, ""))
    assert code_of(their_own) == expected, f"{their_own.text}: if this is right, add it to OWNER_IS_REFUSED of {HERE}"


@pytest.mark.parametrize("route", KEYED, ids=named)
async def test_another_merchants_key_opens_nothing(route: Route[Profile], anna: Shop, bert: Shop) -> None:
    path = route.address.format(merchant=anna.account, **dict.fromkeys(names_in(route), "x"))

    answer = await bert.call(route.method, path, {})

    assert (answer.status_code, code_of(answer)) == (401, 1002)


@pytest.mark.parametrize("route", LISTS, ids=named)
async def test_lists_show_nothing_of_another_merchant(route: Route[Profile], anna: Shop, bert: Shop) -> None:
    await fill(anna, route)
    query = QUERIES.get(route.address, "")
    hers = await anna.call("GET", route.address.format(**await anna.ids(route)) + query)
    his = await bert.call("GET", route.address.format(**await bert.ids(route)) + query)

    assert hers.status_code == his.status_code == 200, hers.text
    assert hers.json() != [], f"{named(route)}: say in FILLERS of this test what puts something into it"
    theirs = {each["id"] for each in hers.json()}
    assert theirs.isdisjoint(each["id"] for each in his.json())


@pytest.mark.parametrize("route", WITH_BODIES, ids=named)
async def test_bodies_name_nothing_of_another_merchant(
    route: Route[Profile], anna: Shop, bert: Shop, owner: asyncpg.Connection
) -> None:
    key = key_of(route)
    for field in id_fields(route):
        assert (key, field) in ID_FIELDS, f"say in ID_FIELDS of {HERE} how to get a {field} of another merchant's"
        maker, rest = ID_FIELDS[key, field]
        hers, his = await anna.ids(route), await bert.ids(route)
        body = {**await filled(rest, bert, at(route, his)), field: await maker(anna, at(route, hers))}
        before = await content(owner)

        answer = await bert.call(route.method, route.address.format(**his), body)

        assert (answer.status_code, code_of(answer)) == (404, 1005), f"{field}: {answer.text}"
        assert await content(owner) == before


def id_fields(route: Route[Profile]) -> list[str]:
    """Fields of the call's body that name an object of ours."""
    assert route.body is not None
    names = [field.wire_name for field in route.body.fields if isinstance(field, Text)]
    return [
        name
        for name in names
        if (name == "id" or name.endswith("_id"))
        and name not in OWN_WORDS
        and (key_of(route), name) not in PATH_NAMES_IT
    ]


async def fill(shop: Shop, route: Route[Profile]) -> None:
    """Puts something into the list at merchant level."""
    maker = FILLERS.get(outside_groups(route).removeprefix(M))
    assert maker is not None, f"{named(route)}: say in FILLERS of this test what puts something into the list"
    await maker(shop, shop.root)


FILLERS: dict[str, Any] = {
    "/charges": Shop.charge,
    "/customers": Shop.customer,
    "/cards": Shop.card,
    "/payouts": Shop.payout,
    "/bankaccounts": Shop.bank_account,
    "/fees": Shop.fee,
    "/plans": Shop.plan,
    "/webhooks": Shop.webhook,
    "/checkouts": Shop.checkout,
    "/reports/fees/detail": Shop.sale,
}
QUERIES: dict[str, str] = {}


@pytest.fixture(scope="module", autouse=True)
async def _this_month(sandbox: SandboxServer) -> None:
    now = (await sandbox.control.get("clock")).json()["now"]
    QUERIES[f"{M}/reports/fees/detail"] = f"?year={now[:4]}&month={int(now[5:7])}&fee_type=charged"
