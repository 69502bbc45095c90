"""The card page through the whole stack: what is approved, declined, wrong, and where the payer goes from there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pasarela.core.payments.model import ConfirmBy, InlineCard, PaymentStatus
from pasarela.core.payments.waiting import CancelWaiting, PayWaiting
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.decline import Decline
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.secret import Secret
from tests.fixtures_server import MERCHANT, SandboxServer
from tests.web.checkout.paying import (
    DEBIT,
    GOOD,
    NO_FUNDS,
    Browser,
    asked,
    back,
    books_balance,
    card,
    card_page,
    merchant,
    now,
    transfers_of,
)


async def test_the_form_says_what_is_paid_to_whom_and_has_the_standard_fields(
    sandbox: SandboxServer, browser: Browser
) -> None:
    payment = await asked(sandbox)
    page = await browser.open(card_page(payment))
    assert (page.status, page.lang, list(page.hidden)) == (200, "es", ["state"])
    assert "$1,234.50 MXN" in page.text
    assert "Dos boletos &lt;b&gt;&amp; un programa&lt;/b&gt;" in page.text
    assert payment.order_id is not None
    assert payment.order_id in page.text
    for name in ("cc-number", "cc-name", "cc-exp-month", "cc-exp-year", "cc-csc"):
        assert page.inputs[name]["autocomplete"] == name
        assert "value" not in page.inputs[name]
    assert (await now(sandbox, payment)).tries == 0


async def test_an_approved_card_completes_the_charge_and_sends_the_payer_back(
    sandbox: SandboxServer, browser: Browser
) -> None:
    payment = await asked(sandbox)
    answer = await browser.pay(card_page(payment), card())
    assert (answer.status, answer.response.headers["location"]) == (303, back(payment))
    paid = await now(sandbox, payment)
    assert (paid.status, paid.tries, paid.captured) == (PaymentStatus.COMPLETED, 1, payment.amount)
    assert await transfers_of(sandbox, payment) == ["sale"]
    again = await browser.open(card_page(payment))
    assert (again.status, "Pago recibido" in again.text, "cc-number" in again.text) == (200, True, False)
    assert back(payment).replace("&", "&amp;") in again.text
    assert await books_balance(sandbox)


async def test_a_declined_card_is_told_in_place_and_another_one_pays(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox)
    declined = await browser.pay(card_page(payment), card(NO_FUNDS))
    assert declined.status == 402
    assert "La tarjeta no tiene saldo suficiente" in declined.text
    assert "Te quedan 2 intentos." in declined.text
    waiting = await now(sandbox, payment)
    assert (waiting.status, waiting.tries, waiting.decline) == (PaymentStatus.PENDING, 1, Decline.INSUFFICIENT_FUNDS)
    paid = await browser.post(card_page(payment), {**declined.hidden, **card()})
    assert (paid.status, paid.response.headers["location"]) == (303, back(payment))
    assert (await now(sandbox, payment)).status is PaymentStatus.COMPLETED
    assert await transfers_of(sandbox, payment) == ["sale"]


async def test_the_third_decline_ends_the_charge_and_sends_the_payer_back(
    sandbox: SandboxServer, browser: Browser
) -> None:
    payment = await asked(sandbox)
    statuses = [(await browser.pay(card_page(payment), card(NO_FUNDS))).status for _ in range(2)]
    last = await browser.pay(card_page(payment), card(NO_FUNDS))
    assert (statuses, last.status, last.response.headers["location"]) == ([402, 402], 303, back(payment))
    ended = await now(sandbox, payment)
    assert (ended.status, ended.tries) == (PaymentStatus.DECLINED, 3)
    charge = (await sandbox.openpay.get(f"/charges/{payment.payment_id}")).json()
    assert charge["status"] == "failed"
    after = await browser.post(card_page(payment), {**last.hidden, **card()})
    assert (after.status, "no fue autorizado" in after.text) == (200, True)
    assert (await now(sandbox, payment)).tries == 3
    assert await transfers_of(sandbox, payment) == []


@pytest.mark.parametrize(
    ("typed", "field", "text"),
    [
        (card(""), "cc-number", "Escribe el número de tu tarjeta."),
        (card("4242424242424241"), "cc-number", "El número de tarjeta no es correcto. Revísalo."),
        (card("4242 4242"), "cc-number", "El número de tarjeta no es correcto. Revísalo."),
        (card("6011000990139424"), "cc-number", "No aceptamos este tipo de tarjeta."),
        (card(cc_name=" "), "cc-name", "Escribe el nombre del titular."),
        (card(cc_name=f"Ana {GOOD}"), "cc-name", "Escribe el nombre del titular con letras"),
        (card(cc_exp_month="13"), "cc-exp-month", "El mes va de 01 a 12."),
        (card(cc_exp_year="x9"), "cc-exp-year", "Escribe el año con dos dígitos"),
        (card(cc_exp_year="2020"), "cc-exp-year", "La tarjeta ya venció."),
        (card(cc_csc="12"), "cc-csc", "El código de seguridad tiene 3 o 4 dígitos."),
        (card(payments="5"), "payments", "Elige una de las opciones de pago."),
        (card(DEBIT, payments="6"), "payments", "A meses solo se puede pagar con tarjeta de crédito."),
    ],
)
async def test_what_cant_be_right_is_said_beside_its_field_and_counts_no_try(
    sandbox: SandboxServer, browser: Browser, typed: dict[str, str], field: str, text: str
) -> None:
    payment = await asked(sandbox)
    page = await browser.pay(card_page(payment), typed)
    assert page.status == 422
    assert text in page.texts[f"{field}-error"]
    assert (page.inputs[field]["aria-invalid"], "autofocus" in page.inputs[field]) == ("true", True)
    assert "Revisa un dato para continuar" in page.text
    assert (await now(sandbox, payment)).tries == 0
    for value in (GOOD, "4242424242424241", "Ana", "987"):
        assert value not in page.text
    paid = await browser.post(card_page(payment), {**page.hidden, **card()})
    assert paid.status == 303


async def test_all_that_is_wrong_is_said_at_once_and_the_first_is_focused(
    sandbox: SandboxServer, browser: Browser
) -> None:
    payment = await asked(sandbox)
    page = await browser.pay(card_page(payment), {})
    assert (page.status, "Revisa 5 datos para continuar" in page.text) == (422, True)
    focused = [name for name, given in page.inputs.items() if "autofocus" in given]
    assert focused == ["cc-number"]


async def test_a_credit_card_pays_in_months_where_the_shop_has_not_decided(
    sandbox: SandboxServer, browser: Browser
) -> None:
    payment = await asked(sandbox)
    page = await browser.open(card_page(payment))
    assert "6 pagos mensuales de $205.75 MXN" in page.text
    assert (await browser.pay(card_page(payment), card(payments="6"))).status == 303
    assert (await now(sandbox, payment)).status is PaymentStatus.COMPLETED


async def test_the_shops_number_of_months_stands(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox, payments=3)
    page = await browser.open(card_page(payment))
    assert ("payments" in page.inputs, "Se paga en 3 meses" in page.text) == (False, True)
    refused = await browser.pay(card_page(payment), card(DEBIT))
    assert (refused.status, "usa una tarjeta de crédito" in refused.texts["cc-number-error"]) == (422, True)
    assert (await browser.pay(card_page(payment), card())).status == 303


async def test_the_script_may_ask_what_six_digits_allow(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox)
    told = [
        (await browser.post(f"{card_page(payment)}/facts", {"bin": digits})).response.json()["instalments"]
        for digits in ("424242", "411111", "4242", "999999")
    ]
    assert told == [True, False, False, False]


async def test_a_shop_without_an_address_has_its_payer_told_here(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox, redirect_url=None)
    page = await browser.pay(card_page(payment), card())
    assert (page.status, "Pago recibido" in page.text, "Volver" in page.text) == (200, True, False)


async def test_a_charge_that_is_only_held_is_told_as_received(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox)
    caller = await merchant(sandbox)
    held = PayWaiting(payment.payment_id, "elsewhere", _inline(), capture=False, confirm=ConfirmBy.PAGE)
    await sandbox.platform.core.payments.pay_waiting(caller, held)
    page = await browser.open(card_page(payment))
    assert (page.status, "apartó $1,234.50 MXN" in page.text) == (200, True)


async def test_what_has_lapsed_says_so_before_and_after_the_clock_has_noticed(
    sandbox: SandboxServer, browser: Browser
) -> None:
    payment = await asked(sandbox, life=timedelta(minutes=5))
    open_page = await browser.open(card_page(payment))
    await sandbox.control.post("/clock", json={"advance": "PT6M"})
    assert (await now(sandbox, payment)).status is PaymentStatus.EXPIRED
    for page in (await browser.open(card_page(payment)), await browser.post(card_page(payment), open_page.hidden)):
        assert (page.status, "Este pago venció" in page.text, "cc-number" in page.text) == (410, True, False)
    assert await transfers_of(sandbox, payment) == []


async def test_what_was_cancelled_says_so(sandbox: SandboxServer, browser: Browser) -> None:
    payment = await asked(sandbox)
    await sandbox.platform.core.payments.cancel_waiting(await merchant(sandbox), CancelWaiting(payment.payment_id))
    page = await browser.open(card_page(payment))
    assert (page.status, "Este pago fue cancelado" in page.text) == (410, True)


@pytest.mark.parametrize(
    "address",
    [
        f"/openpay/v1/{MERCHANT}/charges/trnobody000000000000/card_capture",
        "/openpay/v1/nobody/charges/trnobody000000000000/card_capture",
        f"/openpay/v1/{MERCHANT}/charges/%00/card_capture",
        f"/openpay/v1/{MERCHANT}/charges/a%27b/card_capture",
        "/openpay/checkout/nowhere",
        "/openpay/pages/nothing.css",
    ],
)
async def test_an_address_without_a_payment_says_so(browser: Browser, address: str) -> None:
    page = await browser.open(address)
    assert page.status == 404
    assert "Aquí no hay ningún pago" in page.text or "pages/" in address


async def test_what_is_not_paid_on_this_page_is_not_here(sandbox: SandboxServer, browser: Browser) -> None:
    wallet = await asked(sandbox, Instrument.WALLET)
    paid = (await sandbox.openpay.post("/charges", json={**_DIRECT, "order_id": "page-direct"})).json()
    addresses = [card_page(wallet), f"/openpay/v1/{MERCHANT}/charges/{paid['id']}/card_capture"]
    assert [(await browser.open(address)).status for address in addresses] == [404, 404]


async def test_slashes_more_or_less_and_the_providers_own_host_make_no_difference(
    sandbox: SandboxServer, browser: Browser
) -> None:
    payment = await asked(sandbox)
    address = card_page(payment)
    for variant in (f"{address}/", address.replace("/charges", "//charges")):
        assert (await browser.open(variant)).status == 200
    host = {"Host": "sandbox-api.openpay.mx"}
    shown = await browser.client.get(address.removeprefix("/openpay"), headers=host)
    assert (shown.status_code, "/openpay/" in shown.text) == (200, False)


async def test_english_for_those_who_ask_for_it(sandbox: SandboxServer, browser: Browser) -> None:
    browser.language = "en-GB,en;q=0.9,es;q=0.5"
    payment = await asked(sandbox)
    page = await browser.pay(card_page(payment), card(NO_FUNDS))
    assert (page.lang, "The card has not enough funds" in page.text) == ("en", True)


def _inline() -> InlineCard:
    return InlineCard(CardData(Secret(GOOD), "Ana", Expiry(2039, 12), Secret("123")))


_DIRECT = {"method": "card", "source_id": "kqgykn96i7bcs1wwhvgw", "amount": 10, "description": "Cargo"}
