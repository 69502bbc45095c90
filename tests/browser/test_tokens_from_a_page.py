"""A merchant's page, of another site than the API, makes tokens as Openpay's browser library does."""

from __future__ import annotations

import base64
from typing import Any

from playwright.async_api import Page

from tests.fixtures_browser import MerchantSite
from tests.fixtures_server import MERCHANT, PRIVATE_KEY, PUBLIC_KEY, SandboxServer

CARD = {
    "card_number": "4111111111111111",
    "holder_name": "Juan Perez Ramirez",
    "expiration_year": "30",
    "expiration_month": "12",
    "cvv2": "110",
}

FETCH = """async ({url, key, card}) => {
    const answer = await fetch(url, {
        method: 'POST', credentials: 'include',
        headers: {'Authorization': 'Basic ' + btoa(key + ':'), 'Content-Type': 'application/json'},
        body: JSON.stringify(card)});
    return {status: answer.status, body: await answer.json()};
}"""

# As the library does where the browser lets no request through: a script element that calls back.
JSONP = """({url, query}) => new Promise((resolve, reject) => {
    window.made = resolve;
    const script = document.createElement('script');
    script.onerror = () => reject(new Error('the script did not load'));
    script.src = url + '?' + new URLSearchParams({...query, callback: 'made'});
    document.body.append(script);
})"""


async def post_from(page: Page, site: MerchantSite, sandbox: SandboxServer, key: str) -> Any:
    await page.goto(site.url)
    url = f"{sandbox.base_url}/openpay/v1/{MERCHANT}/tokens"
    return await page.evaluate(FETCH, {"url": url, "key": key, "card": CARD})


async def test_a_page_makes_a_token_that_the_server_charges(
    page: Page, merchant_site: MerchantSite, sandbox: SandboxServer
) -> None:
    made = await post_from(page, merchant_site, sandbox, PUBLIC_KEY)
    assert made["status"] == 201
    assert made["body"]["card"]["card_number"] == "411111XXXXXX1111"
    charge = {"method": "card", "source_id": made["body"]["id"], "amount": 10, "description": "Desde una página"}
    answer = await sandbox.openpay.post("/charges", json=charge)
    assert (answer.status_code, answer.json()["status"]) == (200, "completed")


async def test_a_page_reads_why_its_card_is_refused(
    page: Page, merchant_site: MerchantSite, sandbox: SandboxServer
) -> None:
    await page.goto(merchant_site.url)
    url = f"{sandbox.base_url}/openpay/v1/{MERCHANT}/tokens"
    card = {**CARD, "card_number": "4111111111111112"}
    refused = await page.evaluate(FETCH, {"url": url, "key": PUBLIC_KEY, "card": card})
    assert (refused["status"], refused["body"]["error_code"]) == (422, 2004)


async def test_a_private_key_in_a_page_is_refused_readably(
    page: Page, merchant_site: MerchantSite, sandbox: SandboxServer
) -> None:
    refused = await post_from(page, merchant_site, sandbox, PRIVATE_KEY)
    assert (refused["status"], refused["body"]["error_code"]) == (403, 1010)
    assert refused["body"]["request_id"]


async def test_a_script_element_makes_a_token(page: Page, merchant_site: MerchantSite, sandbox: SandboxServer) -> None:
    await page.goto(merchant_site.url)
    made = await page.evaluate(JSONP, jsonp_call(sandbox, PUBLIC_KEY))
    assert made["httpStatus"] == 200
    assert (await sandbox.openpay.get(f"/tokens/{made['data']['id']}")).json()["card"] == made["data"]["card"]


async def test_a_script_element_may_not_use_the_private_key(
    page: Page, merchant_site: MerchantSite, sandbox: SandboxServer
) -> None:
    await page.goto(merchant_site.url)
    refused = await page.evaluate(JSONP, jsonp_call(sandbox, PRIVATE_KEY))
    assert (refused["httpStatus"], refused["error_code"]) == (403, 1010)


def jsonp_call(sandbox: SandboxServer, key: str) -> dict[str, Any]:
    query = {
        "apiKey": base64.b64encode(f"{key}:".encode()).decode(),
        "cardNumber": CARD["card_number"],
        "holderName": CARD["holder_name"],
        "expirationYear": CARD["expiration_year"],
        "expirationMonth": CARD["expiration_month"],
        "cvv2": CARD["cvv2"],
    }
    return {"url": f"{sandbox.base_url}/openpay/v1/{MERCHANT}/tokens/jsonp", "query": query}
