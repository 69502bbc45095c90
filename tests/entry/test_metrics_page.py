"""`/metrics`: of a sandbox to its own machine, of production at an address of its own only."""

from __future__ import annotations

import re

import httpx
import pytest

from pasarela.entry.metrics_page import MetricsPage
from pasarela.infra.database import DatabaseUnreachable
from tests.control.charging import attempt, charge
from tests.fixtures_server import SandboxServer


async def scraped(sandbox: SandboxServer) -> dict[str, float]:
    """Samples by their name and labels."""
    answer = await sandbox.anybody.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


async def test_what_an_operator_watches_is_there(sandbox: SandboxServer) -> None:
    before = await scraped(sandbox)

    await charge(sandbox)
    await attempt(sandbox, amount="9000.51")
    after = await scraped(sandbox)

    def grown(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert grown('pasarela_payments_total{instrument="card",outcome="completed"}') == 1
    assert grown('pasarela_payments_total{instrument="card",outcome="declined"}') == 1
    assert grown('pasarela_events_total{type="payment.completed"}') == 1
    assert grown('pasarela_rail_message_seconds_count{answer="Approved",rail="card_network"}') == 1
    assert grown('pasarela_rail_message_seconds_count{answer="Declined",rail="card_network"}') == 1
    assert grown('pasarela_api_call_seconds_count{api="openpay",status_class="2xx"}') == 1
    assert grown('pasarela_api_call_seconds_count{api="openpay",status_class="4xx"}') == 1
    assert grown('pasarela_batch_items_sum{verb="Closer"}') == 2
    assert after["pasarela_database_up"] == 1
    for name in ("due_work_lag_seconds", "inbox_unhandled", "ledger_seals", "ledger_unsealed_seconds"):
        assert f"pasarela_{name}" in after
    assert 'pasarela_outbox_lag_seconds{consumer="messages"}' in after
    assert after['pasarela_pool_connections{role="pasarela_batch",state="max"}'] >= 1


async def test_no_label_names_a_person_a_card_or_a_transaction(sandbox: SandboxServer) -> None:
    await charge(sandbox)

    text = (await sandbox.anybody.get("/metrics")).text

    labels = {value for name, value in re.findall(r'(\w+)="([^"]*)"', text) if name != "le"}
    # Three digits are a status class's or a name's; ids, numbers and amounts have more.
    assert [value for value in labels if len(re.findall(r"\d", value)) > 3] == []


async def test_strangers_and_pages_read_nothing(sandbox: SandboxServer) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        assert (await sandbox.anybody.get("/metrics", headers=headers)).status_code == 403
    assert (await sandbox.anybody.post("/metrics")).status_code == 405


class Unreachable:
    async def take_readings(self) -> None:
        raise DatabaseUnreachable("database: no answer")


@pytest.mark.parametrize("platform", [None, Unreachable()])
async def test_without_a_database_the_process_shows_its_own_numbers(platform: Unreachable | None) -> None:
    page = MetricsPage(lambda: platform)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(page), base_url="http://metrics") as client:
        answer, elsewhere = await client.get("/metrics"), await client.get("/")

    assert (answer.status_code, elsewhere.status_code) == (200, 404)
    assert "pasarela_database_up 0.0" in answer.text
    assert "pasarela_payments" in answer.text
