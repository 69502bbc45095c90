"""The same scenarios run through Openpay and BBVA leave the same ledger: each transfer, leg for leg."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx
import pytest

from tests.contract.bbva.bodies import BACK, CREDIT, vpos
from tests.facades.openpay.bodies import changed
from tests.fixtures_server import BBVA_MERCHANT, MERCHANT, SandboxServer
from tests.web.checkout.paying import card as typed
from tests.web.three_ds.payer import CHALLENGE, CHALLENGE_FAILS, CODE, FRICTIONLESS, Payer

NO_FUNDS = "4444444444444448"
Leg: TypeAlias = tuple[str, str, tuple[tuple[str, int], ...]]


@pytest.fixture
async def payer(sandbox: SandboxServer) -> AsyncIterator[Payer]:
    payer = Payer(sandbox.base_url)
    yield payer
    await payer.close()


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant of one of the two. `own` are the keys that its API asks for."""

    api: str
    account: str
    client: httpx.AsyncClient
    own: dict[str, Any]
    on_page: dict[str, Any]
    payer: Payer

    async def charge(self, **changes: Any) -> dict[str, Any]:
        """A charge of 250.00 pesos."""
        body = {name: value for name, value in vpos(amount="250.00").items() if name != "affiliation_bbva"}
        answer = await self.client.post("charges", json={**body, **self.own, **changes})
        made: dict[str, Any] = answer.json()
        return made

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def by_card(self, number: str = CREDIT["card_number"], **changes: Any) -> dict[str, Any]:
        return await self.charge(card=changed(CREDIT, card_number=number), use_3d_secure=False, **changes)

    async def by_page(self, number: str, *, three_ds: bool) -> dict[str, Any]:
        """Its payer types his card on our page, and his code on his bank's."""
        made = await self.charge(use_3d_secure=three_ds, **self.on_page)
        page = await self.payer.open(made["payment_method"]["url"])
        page = await self.payer.press(page, **typed(number))
        if three_ds and page.status_code == 200:
            bank = await self.payer.press(page)
            page = await self.payer.press(await self.payer.press(bank, code=CODE))
        assert (page.status_code, page.headers["location"]) == (303, f"{BACK}?id={made['id']}")
        return made


Scenario: TypeAlias = Callable[[Shop], Awaitable[str]]
"""Returns the id of the charge that it made."""


async def sale(shop: Shop) -> str:
    return str((await shop.by_card())["id"])


async def sale_in_months(shop: Shop) -> str:
    return str((await shop.by_card(payment_plan={"payments": 6}))["id"])


async def decline(shop: Shop) -> str:
    order_id = f"declined-{shop.api}"
    assert (await shop.by_card(NO_FUNDS, order_id=order_id))["error_code"] == 3003
    [found] = (await shop.client.get("charges", params={"order_id": order_id})).json()
    return str(found["id"])


async def sale_and_refunds(shop: Shop) -> str:
    made = await shop.by_card()
    await shop.post(f"charges/{made['id']}/refund", amount="100.00")
    await shop.post(f"charges/{made['id']}/refund")
    return str(made["id"])


async def hold_and_part(shop: Shop) -> str:
    made = await shop.by_card(capture=False)
    await shop.post(f"charges/{made['id']}/capture", amount="199.99")
    await shop.post(f"charges/{made['id']}/refund", amount="0.01")
    return str(made["id"])


async def hold_and_cancel(shop: Shop) -> str:
    made = await shop.by_card(capture=False)
    assert (await shop.post(f"charges/{made['id']}/refund"))["status"] == "cancelled"
    return str(made["id"])


async def page(shop: Shop) -> str:
    return str((await shop.by_page(CREDIT["card_number"], three_ds=False))["id"])


async def page_and_bank(shop: Shop) -> str:
    return str((await shop.by_page(CHALLENGE, three_ds=True))["id"])


async def page_and_silent_bank(shop: Shop) -> str:
    return str((await shop.by_page(FRICTIONLESS, three_ds=True))["id"])


async def card_and_bank_that_says_no(shop: Shop) -> str:
    made = await shop.charge(card=changed(CREDIT, card_number=CHALLENGE_FAILS), use_3d_secure="TRUE")
    bank = await shop.payer.to_bank(made["payment_method"]["url"])
    back = await shop.payer.press(await shop.payer.press(bank, code=CODE))
    assert back.headers["location"] == f"{BACK}?id={made['id']}"
    return str(made["id"])


SCENARIOS: dict[Scenario, tuple[str, int]] = {
    sale: ("completed", 1),
    sale_in_months: ("completed", 1),
    decline: ("failed", 0),
    sale_and_refunds: ("completed", 5),
    hold_and_part: ("completed", 4),
    hold_and_cancel: ("cancelled", 2),
    page: ("completed", 1),
    page_and_bank: ("completed", 1),
    page_and_silent_bank: ("completed", 1),
    card_and_bank_that_says_no: ("failed", 0),
}
"""How the charge ends, and how many transfers it leaves."""


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_same_ledger(sandbox: SandboxServer, payer: Payer, scenario: Scenario) -> None:
    shops = (
        Shop("openpay", MERCHANT, sandbox.openpay, {"method": "card"}, {"confirm": False}, payer),
        Shop("bbva", BBVA_MERCHANT, sandbox.bbva, {"affiliation_bbva": "781500"}, {}, payer),
    )
    status, count = SCENARIOS[scenario]

    ended = [await _run(sandbox, shop, scenario) for shop in shops]

    assert ended[0] == ended[1]
    assert (ended[0][0], len(ended[0][1])) == (status, count)
    assert (await sandbox.control.get("ledger/verify")).json()["balanced"] is True


async def _run(sandbox: SandboxServer, shop: Shop, scenario: Scenario) -> tuple[str, list[Leg]]:
    """How the charge stands at its end, and its transfers without their ids."""
    charge_id = await scenario(shop)
    found = (await shop.client.get(f"charges/{charge_id}")).json()
    core = sandbox.platform.core
    tenant = await core.tenants.queries.by_account(shop.api, shop.account)
    transfers = await core.ledger.queries.transfers_of(tenant.tenant_id, charge_id)
    legs = [
        (each.kind, each.phase.value, tuple(sorted((leg.account, leg.amount) for leg in each.legs)))
        for each in transfers
    ]
    return found["status"], legs
