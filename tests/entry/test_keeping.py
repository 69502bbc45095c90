"""How long rows are kept: the settings, and the worker that keeps to them when the clock moves."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from pasarela.entry.failures import CannotStart
from pasarela.entry.keeping import retention_of
from pasarela.infra.retention import FOR_EVER, Retention
from tests.control.charging import charge
from tests.entry.waiting import until
from tests.fixtures_postgres import PostgresServer
from tests.fixtures_server import running_sandbox

DAY = timedelta(days=1)


@pytest.mark.parametrize("default", [Retention(), FOR_EVER])
def test_what_is_not_set_is_as_usual(default: Retention) -> None:
    assert retention_of({"PASARELA_KEEP_EVENTS": " "}, default) == default


def test_days_are_read() -> None:
    environment = {
        "PASARELA_KEEP_REQUESTS": "7",
        "PASARELA_KEEP_EVENTS": "forever",
        "PASARELA_KEEP_MESSAGES": "365",
    }
    assert retention_of(environment, Retention()) == Retention(7 * DAY, None, 365 * DAY)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "soon", "36501"])
def test_what_is_no_number_of_days_is_refused(text: str) -> None:
    with pytest.raises(CannotStart, match="PASARELA_KEEP_EVENTS"):
        retention_of({"PASARELA_KEEP_EVENTS": text}, Retention())


async def test_a_month_later_the_calls_are_gone_and_the_payments_are_not(
    postgres_server: PostgresServer, demo_template: str
) -> None:
    name = f"retention_{os.getpid()}"
    url = postgres_server.create_database(name, demo_template)
    try:
        async with running_sandbox(url, retention=Retention()) as sandbox:
            made = await charge(sandbox)

            async def calls() -> str:
                return (await sandbox.control.get("/requests")).text

            async def logged() -> bool:
                return made["id"] in await calls()

            async def forgotten() -> bool:
                # Its sweep comes every ten minutes; one that began while the clock moved may have been too early.
                await sandbox.control.post("/clock", json={"advance": "PT11M"})
                return made["id"] not in await calls()

            await until(logged)
            assert (await sandbox.control.post("/clock", json={"advance": "P31D"})).status_code == 200
            await until(forgotten)
            assert (await sandbox.openpay.get(f"/charges/{made['id']}")).json()["status"] == "completed"
    finally:
        postgres_server.drop_database(name)
