"""BBVA's charges through the whole stack: who may charge how, through which affiliation, by which plan."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pasarela.core.tenants.model import NewTenant
from pasarela.kernel.secret import Secret
from tests.contract.bbva.bodies import CREDIT, direct, vpos
from tests.facades.openpay.bodies import CARD, changed, without
from tests.fixtures_server import BBVA_KEY, BBVA_MERCHANT, SandboxServer

STRANGER = {"affiliation_bbva": "781501"}


def error_of(answer: httpx.Response) -> tuple[int, int, str | None]:
    error = answer.json()
    assert error["http_code"] == answer.status_code
    return answer.status_code, error["error_code"], error["description"].partition(" ")[0]


async def charged(sandbox: SandboxServer, body: dict[str, Any]) -> dict[str, Any]:
    answer = await sandbox.bbva.post("charges", json=body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def found_by(sandbox: SandboxServer, order_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await sandbox.bbva.get("charges", params={"order_id": order_id})).json()
    return found


async def test_without_a_card_the_payer_gives_his_on_our_page(sandbox: SandboxServer) -> None:
    made = await charged(sandbox, vpos())

    url = f"{sandbox.base_url}/bbva/v1/{BBVA_MERCHANT}/charges/{made['id']}/card_capture"
    assert (made["status"], made["authorization"]) == ("charge_pending", None)
    assert made["payment_method"] == {"type": "redirect", "url": url}
    assert "card" not in made
    page = await sandbox.anybody.get(url)
    assert (page.status_code, "Demo BBVA" in page.text, "cc-number" in page.text) == (200, True, True)
    assert (await sandbox.anybody.get(url.replace("/bbva/", "/openpay/"))).status_code == 404


async def test_with_a_card_the_payer_goes_to_his_bank(sandbox: SandboxServer) -> None:
    made = await charged(sandbox, vpos(card=CREDIT))

    assert (made["status"], made["authorization"]) == ("charge_pending", made["id"])
    assert made["payment_method"]["url"].endswith(f"/bbva/v1/{BBVA_MERCHANT}/charges/{made['id']}/redirect/")
    card = made["card"]
    assert (card["bank_name"], card["bank_code"], card["points_type"], card["points_card"]) == (
        "BBVA", "012", "BBVA", True,
    )  # fmt: skip # one row


async def test_without_3d_secure_the_card_is_charged_at_once(sandbox: SandboxServer) -> None:
    made = await charged(sandbox, direct(amount="100.50"))

    assert (made["status"], made["amount"], made["card"]["bank_name"]) == ("completed", 100.5, "BBVA")
    assert len(made["authorization"]) == 6
    assert (await sandbox.bbva.get(f"charges/{made['id']}")).json() == made
    declined = await sandbox.bbva.post("charges", json=direct(card=changed(CARD, card_number="4444444444444448")))
    assert error_of(declined)[:2] == (402, 3003)


async def test_what_real_clients_send(sandbox: SandboxServer) -> None:
    token = (await sandbox.bbva.post("tokens", json=CREDIT)).json()["id"]
    by_token = direct(card=None, token=token, amount="200.00", use_3d_secure="FALSE", capture="FALSE")
    answer = await sandbox.bbva.post("charges", json=by_token, headers={"X-Forwarded-For": "203.0.113.9, 10.0.0.1"})
    held = answer.json()
    assert (answer.status_code, held["status"], held["amount"]) == (200, "in_progress", 200)

    captured = await sandbox.bbva.post(f"charges/{held['id']}/capture")

    assert (captured.json()["status"], captured.json()["amount"]) == ("completed", 200)
    other = (await sandbox.bbva.post("tokens", json=CREDIT)).json()["id"]
    waiting = await charged(sandbox, vpos(use_3d_secure="FALSE"))
    body = {"token_id": other, "device_session_id": "kR1MiQhz2otdIuUlQkbEyitIqVMiI16f", "payments": "3"}
    confirmed = await sandbox.bbva.post(f"charges/{waiting['id']}/confirm", json=body)
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "completed"), confirmed.text
    assert confirmed.json()["payment_plan"] == {"payments": "3"}


async def test_capture_less_and_refund(sandbox: SandboxServer) -> None:
    held = await charged(sandbox, direct(capture=False))
    path = f"charges/{held['id']}"

    captured = (await sandbox.bbva.post(f"{path}/capture", json={"amount": 60.00})).json()
    refunded = (await sandbox.bbva.post(f"{path}/refund", json={"description": "devolución", "amount": 60.00})).json()

    assert (captured["status"], captured["amount"]) == ("completed", 60)
    assert (refunded["status"], refunded["refund"]["amount"]) == ("completed", 60)


@pytest.mark.parametrize(
    ("plan", "printed"),
    [
        ({"payments": "6"}, {"payments": "6"}),
        (
            {"payments": "6", "payments_type": "WITH_INTEREST", "deferred_months": "3"},
            {"payments": "6", "payments_type": "WITH_INTEREST", "deferred_months": "3"},
        ),
        (
            {"payments": 18, "payments_type": "without_interest", "deferred_months": 6},
            {"payments": "18", "payments_type": "WITHOUT_INTEREST", "deferred_months": "6"},
        ),
    ],
)
async def test_plans(sandbox: SandboxServer, plan: dict[str, Any], printed: dict[str, str]) -> None:
    made = await charged(sandbox, direct(payment_plan=plan))

    assert (made["status"], made["payment_plan"]) == ("completed", printed)


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"affiliation_bbva": None}, 400, 1001, "affiliation_bbva"),
        ({"affiliation_bbva": " "}, 400, 1001, "affiliation_bbva"),
        (STRANGER, 422, 1003, "affiliation_bbva"),
        ({"order_id": None}, 400, 1001, "order_id"),
        ({"order_id": "x" * 101}, 422, 1003, "order_id"),
        ({"customer": None}, 400, 1001, "customer"),
        ({"customer": "Juan"}, 400, 1001, "customer"),
        ({"redirect_url": None}, 400, 1001, "redirect_url"),
        ({"redirect_url": "micomercio.com"}, 422, 1003, "redirect_url"),
        ({"amount": None}, 400, 1001, "amount"),
        ({"amount": "0.00"}, 422, 1003, "amount"),
        ({"currency": "COP"}, 422, 1003, "currency"),
        ({"method": "store"}, 422, 1003, "method"),
        ({"confirm": "ivr"}, 422, 1003, "confirm"),
        ({"use_3d_secure": "perhaps"}, 400, 1001, "use_3d_secure"),
        ({"payment_plan": {"payments": 5}}, 422, 1003, "payment_plan.payments"),
        ({"payment_plan": {"payments": 6, "payments_type": "FREE"}}, 422, 1003, "payment_plan.payments_type"),
        ({"payment_plan": {"payments": 6, "deferred_months": 4}}, 422, 1003, "payment_plan.deferred_months"),
    ],
)
@pytest.mark.parametrize("charge", [vpos, direct], ids=["page", "card"])
async def test_what_is_refused_leaves_nothing(
    sandbox: SandboxServer, charge: Any, changes: dict[str, Any], status: int, code: int, field: str
) -> None:
    right = charge()
    body = {name: value for name, value in {**right, **changes}.items() if value is not None}

    answer = await sandbox.bbva.post("charges", json=body)

    assert error_of(answer) == (status, code, field), answer.text
    assert await found_by(sandbox, right["order_id"]) == []
    assert (await charged(sandbox, right))["order_id"] == right["order_id"]


async def test_one_order_id_one_charge(sandbox: SandboxServer) -> None:
    body = vpos()
    await charged(sandbox, body)

    again = await sandbox.bbva.post("charges", json=body)

    assert error_of(again)[:2] == (409, 1006)


async def test_the_six_words_of_the_status_filter(sandbox: SandboxServer) -> None:
    waiting = await charged(sandbox, vpos())
    for word in ("IN_PROGRESS", "COMPLETED", "REFUNDED", "CHARGE_PENDING", "CANCELLED", "FAILED"):
        query = {"order_id": waiting["order_id"], "status": word}
        found = (await sandbox.bbva.get("charges", params=query)).json()
        assert [one["id"] for one in found] == ([waiting["id"]] if word == "CHARGE_PENDING" else []), word

    other = await sandbox.bbva.get("charges", params={"status": "CHARGEBACK_PENDING"})

    assert error_of(other)[:2] == (422, 1003)


async def test_customers_and_their_charges(sandbox: SandboxServer) -> None:
    person = {"name": "Rodrigo", "email": "rodrigo@example.com"}
    customer = (await sandbox.bbva.post("customers", json=person)).json()
    path = f"customers/{customer['id']}"

    made = await sandbox.bbva.post(f"{path}/charges", json=without(direct(), "customer"))

    assert (made.status_code, made.json()["customer_id"]) == (200, customer["id"]), made.text
    listed = (await sandbox.bbva.get(f"{path}/charges")).json()
    assert [one["id"] for one in listed] == [made.json()["id"]]
    assert (await sandbox.bbva.put(path, json={**person, "last_name": "Velazco"})).json()["last_name"] == "Velazco"
    assert (await sandbox.anybody.get(customer["store"]["barcode_url"])).headers["content-type"] == "image/png"
    assert (await sandbox.bbva.delete(path)).status_code == 204
    assert error_of(await sandbox.bbva.get(path))[:2] == (404, 1005)


async def test_a_charge_is_found_where_the_printed_example_asks_for_it(sandbox: SandboxServer) -> None:
    charge = (await sandbox.bbva.get("charges/tr6cxbcefzatd10guvvw")).json()

    assert (await sandbox.bbva.get("customers/tr6cxbcefzatd10guvvw")).json() == charge
    nobody = await sandbox.bbva.get("customers/tr6cxbcefzatd10guvvx")
    assert nobody.json()["description"] == "The customer with id 'tr6cxbcefzatd10guvvx' does not exist"


class TestNewMerchant:
    """One who may do nothing but have his payers on our page, as all do at first."""

    async def client(self, sandbox: SandboxServer, name: str, **settings: Any) -> httpx.AsyncClient:
        key, told = f"sk_{name}", {"affiliations": ["600"], **settings}
        new = NewTenant("bbva", "Tienda", account=f"m{name}", private_key=Secret(key), settings=told)
        await sandbox.platform.core.tenants.register(new)
        return httpx.AsyncClient(base_url=f"{sandbox.base_url}/bbva/v1/m{name}", auth=(key, ""), timeout=30)

    async def test_has_only_the_page_with_3d_secure(self, sandbox: SandboxServer) -> None:
        async with await self.client(sandbox, "plain") as api:
            page = vpos(affiliation_bbva="600")
            answers = [
                await api.post("charges", json=body)
                for body in (
                    changed(page, card=CREDIT),
                    changed(page, token="tok1"),
                    changed(page, use_3d_secure="FALSE"),
                    changed(page, use_3d_secure="TRUE"),
                )
            ]
            confirmed = await api.post(f"charges/{answers[-1].json()['id']}/confirm", json={"token_id": "tok1"})

        assert [error_of(answer) for answer in (*answers[:3], confirmed)] == [(412, 3006, "The")] * 4
        assert answers[-1].json()["status"] == "charge_pending"

    async def test_each_permission_is_of_its_own(self, sandbox: SandboxServer) -> None:
        async with await self.client(sandbox, "direct", direct_charges=True) as api:
            body = direct(affiliation_bbva="600")
            answers = [await api.post("charges", json=one) for one in (body, without(body, "use_3d_secure"))]

        assert error_of(answers[0])[:2] == (412, 3006)
        assert answers[1].json()["status"] == "charge_pending"

    async def test_an_affiliation_may_be_for_one_currency(self, sandbox: SandboxServer) -> None:
        dollars = [{"number": "700", "currencies": ["USD"]}, "701"]
        async with await self.client(sandbox, "dollars", affiliations=dollars) as api:
            answers = [await api.post("charges", json=vpos(affiliation_bbva=number)) for number in ("700", "701")]

        assert error_of(answers[0]) == (422, 1003, "currency")
        assert answers[1].json()["status"] == "charge_pending"


async def test_only_private_keys_and_none_from_a_page(sandbox: SandboxServer) -> None:
    new = NewTenant("bbva", "Tienda", account="mkeys", private_key=Secret("sk_keys"), public_key=Secret("pk_keys"))
    await sandbox.platform.core.tenants.register(new)
    public = await sandbox.anybody.post("/bbva/v1/mkeys/tokens", json=CREDIT, auth=("pk_keys", ""))
    page = await sandbox.bbva.post("tokens", json=CREDIT, headers={"Origin": "https://micomercio.com"})
    asked_first = await sandbox.anybody.options("/bbva/v1/mkeys/tokens", headers={"Origin": "https://micomercio.com"})
    stranger = await sandbox.anybody.get(f"/bbva/v1/{BBVA_MERCHANT}/charges", auth=("sk_wrong", ""))
    elsewhere = await sandbox.anybody.get(f"/openpay/v1/{BBVA_MERCHANT}/charges", auth=(BBVA_KEY, ""))

    assert [error_of(answer)[:2] for answer in (public, page, stranger, elsewhere)] == [(401, 1002)] * 4
    assert "access-control-allow-origin" not in {*page.headers, *asked_first.headers}
    assert {answer.headers["www-authenticate"] for answer in (public, page, stranger)} == {'Basic realm="BBVA"'}


@pytest.mark.parametrize("path", ["plans", "cards", "payouts", "webhooks", "checkouts", "", "bines/424242", "stores"])
async def test_the_rest_of_openpay_is_not_there(sandbox: SandboxServer, path: str) -> None:
    assert error_of(await sandbox.bbva.get(path))[:2] == (404, 1005)


async def test_the_providers_host_leads_here(sandbox: SandboxServer) -> None:
    answer = await sandbox.anybody.get(
        f"/v1/{BBVA_MERCHANT}/charges", headers={"Host": "sand-api.ecommercebbva.com"}, auth=(BBVA_KEY, "")
    )

    assert answer.status_code == 200


async def test_a_refused_call_is_explained_from_its_document(sandbox: SandboxServer) -> None:
    refused = await sandbox.bbva.post("charges", json=vpos(**STRANGER))

    told = (await sandbox.control.get(f"requests/{refused.json()['request_id']}")).json()

    assert (told["field"], told["rule"], told["section"]) == (
        "affiliation_bbva", "charge.affiliation", "Cargos / Con VPOS",
    )  # fmt: skip # one row
    assert "affiliation" in told["fix"]


async def test_a_call_to_the_wrong_api_is_told_from_one_with_a_wrong_key(sandbox: SandboxServer) -> None:
    path = f"/v1/{BBVA_MERCHANT}/charges"
    fixes = []
    for address, key in ((f"/openpay{path}", BBVA_KEY), (f"/bbva{path}", "sk_wrong")):
        refused = await sandbox.anybody.get(address, auth=(key, ""))
        fixes.append((await sandbox.control.get(f"requests/{refused.json()['request_id']}")).json()["fix"])

    assert fixes[0] == f"{BBVA_MERCHANT} is a merchant of bbva, not of openpay: call that API, with its key."
    assert fixes[1].startswith("Check that key and merchant id")
