"""The request log: written in batches behind the calls, bounded, and never lost to a neighbour."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from pasarela.infra.database import Database
from pasarela.infra.request_log import ROWS_A_BATCH_MAX, LoggedCall, RequestLog

AT = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


def a_call(number: int = 0, **changes: Any) -> LoggedCall:
    call = LoggedCall(
        request_id=str(UUID(int=number)),
        api="openpay",
        at=AT,
        method="POST",
        path="/openpay/v1/m/charges",
        query=None,
        status=200,
        duration_us=1_234,
        tenant_id=7,
        account="m",
        request_body='{"amount":1}',
        answer_body="{}",
        error_code=None,
        rule=None,
        field=None,
        subject="tr1",
        client="192.0.2.7",
    )
    return call._replace(**changes)


async def written(database: Database) -> Sequence[asyncpg.Record]:
    async with database.operator() as tx:
        return await tx.fetch("SELECT * FROM api_requests ORDER BY request_id")


async def test_writes_what_was_recorded(database: Database) -> None:
    log = RequestLog(database)
    await log.start()
    for number in range(ROWS_A_BATCH_MAX * 2 + 1):
        log.record(a_call(number))
    nobody = a_call(9_999, tenant_id=None, account=None, request_body=None, status=401, error_code="1002", rule="r")
    log.record(nobody)

    await log.stop()

    rows = await written(database)
    assert len(rows) == ROWS_A_BATCH_MAX * 2 + 2
    assert {key: str(value) if key == "request_id" else value for key, value in rows[-1].items()} == nobody._asdict()


async def test_writes_by_itself(database: Database) -> None:
    log = RequestLog(database)
    await log.start()
    log.record(a_call())

    for _ in range(100):
        await asyncio.sleep(0.02)
        if await written(database):
            break

    assert len(await written(database)) == 1
    await log.stop()


async def test_a_call_that_cannot_be_written_takes_no_neighbour_with_it(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    log = RequestLog(database)
    await log.start()
    log.record(a_call(1))
    log.record(a_call(2, path="/a\0b"))
    log.record(a_call(3))

    with caplog.at_level(logging.WARNING):
        await log.stop()

    assert [row["request_id"].int for row in await written(database)] == [1, 3]
    assert "refused" in caplog.text


async def test_drops_the_oldest_and_says_how_many(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    log = RequestLog(database, capacity=10)
    for number in range(13):
        log.record(a_call(number))

    with caplog.at_level(logging.WARNING):
        await log.start()
        await log.stop()

    assert [row["request_id"].int for row in await written(database)] == list(range(3, 13))
    assert "3 calls dropped" in caplog.text


async def test_waits_for_the_database(
    database_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pasarela.infra.request_log.RETRY_SECONDS", 0.5)
    database = Database(database_url)
    await database.open()
    log = RequestLog(database, capacity=10)
    await log.start()
    await database.close()
    log.record(a_call(1))
    with caplog.at_level(logging.WARNING):
        await asyncio.sleep(0.3)
    assert "not written" in caplog.text

    await database.open()
    await log.stop()

    assert len(await written(database)) == 1
    await database.close()


async def test_gives_up_on_a_dead_database(
    database_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pasarela.infra.request_log.STOP_SECONDS_MAX", 0.2)
    database = Database(database_url)
    await database.open()
    log = RequestLog(database)
    await log.start()
    await database.close()
    log.record(a_call())

    with caplog.at_level(logging.WARNING):
        await log.stop()

    assert "not be written before the end" in caplog.text


async def test_stop_without_start_is_nothing(database: Database) -> None:
    await RequestLog(database).stop()
