"""What protects the pages: headers, the form's seal, one try for each form, and card data that is written nowhere."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest

from pasarela.core.payments.model import PaymentStatus
from pasarela.kernel.instruments import Instrument
from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import (
    GOOD,
    NO_FUNDS,
    SHOP,
    Browser,
    asked,
    back,
    books_balance,
    card,
    card_page,
    now,
    transfers_of,
    wallet_page,
)

PAGE_BYTES_MAX = 60 * 1024


def guarded(response: httpx.Response) -> None:
    """Asserts what every page must say to its browser."""
    said = response.headers
    assert said["cache-control"] == "no-store"
    assert said["x-content-type-options"] == "nosniff"
    assert said["x-frame-options"] == "DENY"
    assert said["referrer-policy"] == "same-origin"
    if "content-security-policy" in said:
        policy = dict(rule.strip().split(" ", 1) for rule in said["content-security-policy"].split(";"))
        assert {name: policy[name] for name in ("default-src", "script-src", "style-src", "frame-ancestors")} == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "frame-ancestors": "'none'",
        }
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", response.text)


async def test_every_page_is_guarded_and_light(sandbox: SandboxServer, browser: Browser) -> None:
    payment, wallet = await asked(sandbox), await asked(sandbox, Instrument.WALLET)
    pages = [
        await browser.open(card_page(payment)),
        await browser.pay(card_page(payment), {}),
        await browser.pay(card_page(payment), card(NO_FUNDS)),
        await browser.pay(card_page(payment), card()),
        await browser.open(card_page(payment)),
        await browser.open(wallet_page(wallet)),
        await browser.open("/openpay/v1/nobody/charges/x/card_capture"),
    ]
    assert [page.status for page in pages] == [200, 422, 402, 303, 200, 200, 404]
    for page in pages:
        guarded(page.response)
        files = re.findall(r'(?:href|src)="(/openpay/pages/[^"]+)"', page.text)
        answers = [await browser.client.get(file) for file in files]
        assert [answer.status_code for answer in answers] == [200] * len(files)
        assert all("immutable" in answer.headers["cache-control"] for answer in answers)
        assert len(page.response.content) + sum(len(answer.content) for answer in answers) < PAGE_BYTES_MAX


async def test_a_forms_policy_leads_to_the_shop_and_nowhere_else(sandbox: SandboxServer, browser: Browser) -> None:
    page = await browser.open(card_page(await asked(sandbox)))
    assert "form-action 'self' https://tienda.example;" in page.response.headers["content-security-policy"]


async def test_the_cookie_is_for_this_payment_and_no_script(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox)
    cookie = (await browser.open(card_page(payment))).response.headers["set-cookie"]
    path = card_page(payment).removesuffix("/card_capture")
    assert cookie.endswith(f"; HttpOnly; Path={path}; SameSite=lax")


@pytest.mark.parametrize("spoilt", ["", "x", "e30.AAAA", None])
async def test_a_form_that_is_not_ours_charges_nothing(
    sandbox: SandboxServer, browser: Browser, spoilt: str | None
) -> None:
    payment = await asked(sandbox)
    await browser.open(card_page(payment))
    fields = card() if spoilt is None else {**card(), "state": spoilt}
    page = await browser.post(card_page(payment), fields)
    assert (page.status, "No se hizo ningún cargo" in page.texts["errors"]) == (403, True)
    assert (await now(sandbox, payment)).tries == 0
    assert (await browser.post(card_page(payment), {**page.hidden, **card()})).status == 303


async def test_a_form_works_in_its_own_browser_only(
    sandbox: SandboxServer, browser: Browser, other_browser: Browser
) -> None:
    payment = await asked(sandbox)
    page = await browser.open(card_page(payment))
    await other_browser.open(card_page(payment))
    stolen = await other_browser.post(card_page(payment), {**page.hidden, **card()})
    assert (stolen.status, (await now(sandbox, payment)).tries) == (403, 0)


async def test_a_form_works_for_its_own_payment_only(sandbox: SandboxServer, browser: Browser) -> None:
    payment, other = await asked(sandbox), await asked(sandbox)
    page = await browser.open(card_page(payment))
    await browser.open(card_page(other))
    swapped = await browser.post(card_page(other), {**page.hidden, **card()})
    assert (swapped.status, (await now(sandbox, other)).tries, (await now(sandbox, payment)).tries) == (403, 0, 0)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
async def test_another_site_cant_post_it(sandbox: SandboxServer, browser: Browser, site: str) -> None:
    payment = await asked(sandbox)
    page = await browser.open(card_page(payment))
    posted = await browser.post(card_page(payment), {**page.hidden, **card()}, Sec_Fetch_Site=site)
    assert (posted.status, (await now(sandbox, payment)).tries) == (403, 0)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{}", "application/json"),
        (b"a=%ff" + b"x" * 20_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"f%d=1" % number for number in range(40)), "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
    ],
)
async def test_what_is_no_form_is_refused(sandbox: SandboxServer, browser: Browser, content: bytes, kind: str) -> None:
    payment = await asked(sandbox)
    await browser.open(card_page(payment))
    answer = await browser.client.post(card_page(payment), content=content, headers={"Content-Type": kind})
    assert (answer.status_code, (await now(sandbox, payment)).tries) == (403, 0)


async def test_a_form_posted_twice_charges_once(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox)
    form = {**(await browser.open(card_page(payment))).hidden, **card()}
    first = await browser.post(card_page(payment), form)
    second = await browser.post(card_page(payment), form)
    assert (first.status, second.status, "Pago recibido" in second.text) == (303, 200, True)
    assert await transfers_of(sandbox, payment) == ["sale"]


async def test_a_declined_form_posted_again_tries_no_card(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox)
    form = (await browser.open(card_page(payment))).hidden
    await browser.post(card_page(payment), {**form, **card(NO_FUNDS)})
    again = await browser.post(card_page(payment), {**form, **card()})
    assert (again.status, "Te quedan 2 intentos." in again.text) == (200, True)
    stands = await now(sandbox, payment)
    assert (stands.status, stands.tries) == (PaymentStatus.PENDING, 1)


async def test_many_posts_at_once_charge_once(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox)
    form = {**(await browser.open(card_page(payment))).hidden, **card()}
    answers = await asyncio.gather(*(browser.post(card_page(payment), form) for _ in range(8)))
    assert {answer.status for answer in answers} <= {200, 303}
    stands = await now(sandbox, payment)
    assert (stands.status, stands.tries) == (PaymentStatus.COMPLETED, 1)
    assert await transfers_of(sandbox, payment) == ["sale"]
    assert await books_balance(sandbox)


async def test_two_tabs_make_one_try_of_two_posts(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox)
    tabs = [(await browser.open(card_page(payment))).hidden for _ in range(2)]
    answers = await asyncio.gather(
        browser.post(card_page(payment), {**tabs[0], **card()}),
        browser.post(card_page(payment), {**tabs[1], **card(NO_FUNDS)}),
    )
    stands = await now(sandbox, payment)
    assert stands.tries == 1
    assert all(answer.status in {200, 303, 402} for answer in answers)
    assert await transfers_of(sandbox, payment) == (["sale"] if stands.status is PaymentStatus.COMPLETED else [])


async def test_card_data_is_written_nowhere(
    sandbox: SandboxServer, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    payment = await asked(sandbox)
    typed = card(cc_csc="5173")
    answers = [
        await browser.pay(card_page(payment), typed | {"cc-exp-month": "99"}),
        await browser.pay(card_page(payment), typed | {"state": "spoilt"}),
        await browser.pay(card_page(payment), typed),
        await browser.open(card_page(payment)),
    ]
    assert [answer.status for answer in answers] == [422, 403, 303, 200]
    told = capsys.readouterr()
    for answer in answers:
        said = f"{answer.response.headers} {answer.text} {answer.response.url}"
        assert not re.search(rf"{GOOD}|5173|Pay[áa]n", said)
    assert not re.search(rf"{GOOD}|5173|Pay[áa]n", told.out + told.err)


@pytest.mark.parametrize(
    ("stored", "sent_to"),
    [
        (SHOP, f"{SHOP}&id={{id}}"),
        ("https://tienda.example", "https://tienda.example/?id={id}"),
        ("http://127.0.0.1:9/a#hecho", "http://127.0.0.1:9/a?id={id}#hecho"),
        ("https://españa.example/á b", "https://xn--espaa-rta.example/%C3%A1%20b?id={id}"),
        ("javascript:alert(1)", None),
        ("//tienda.example", None),
        ("https://tienda.example\r\nX: y", None),
        ("https://tienda.example\\@otra.example", None),
        (7, None),
    ],
)
async def test_the_payer_goes_to_the_stored_address_or_nowhere(
    sandbox: SandboxServer, browser: Browser, stored: object, sent_to: str | None
) -> None:
    payment = await asked(sandbox, redirect_url=stored)
    answer = await browser.pay(card_page(payment), card())
    expected = sent_to.format(id=payment.payment_id) if sent_to else None
    assert (answer.status, answer.response.headers.get("location")) == (303 if expected else 200, expected)
    assert back(payment)
