"""All requests that the document prints, against one fresh sandbox, in the order of `demo.json`; only the host differs.

Three of them share an order id with others (`one_pass_substitutes`); those run as printed on a fresh sandbox each, too.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.contract.openpay.golden_files import HERE, Golden, load, load_all, missing_keys, read_json
from tests.fixtures_server import SandboxServer, running_sandbox

if TYPE_CHECKING:
    # pytest loads the plugin itself, and must do so before anybody else does.
    from tests.fixtures_postgres import PostgresServer

RUN: Any = read_json(HERE / "demo.json")["run_order"]  # type: ignore[call-overload,index] # an object
CURLS: Any = read_json(HERE / "curls.json")
SUBSTITUTES: dict[str, dict[str, str]] = RUN["one_pass_substitutes"]

NOT_YET: dict[str, str] = {}
"""By golden file, why this server can't answer it yet. One that it can must leave this table."""

_numbers = itertools.count(1)


@pytest.fixture
async def fresh_sandbox(postgres_server: PostgresServer, demo_template: str) -> AsyncIterator[SandboxServer]:
    """A sandbox that nobody has called yet."""
    name = f"printed_{os.getpid()}_{next(_numbers)}"
    url = postgres_server.create_database(name, demo_template)
    try:
        async with running_sandbox(url) as server:
            yield server
    finally:
        postgres_server.drop_database(name)


def test_every_printed_curl_is_a_golden_file() -> None:
    printed = [(each["line"], urlsplit(each["address"])) for each in CURLS["lines"]]
    ours = [(golden.line, golden.path, golden.query) for golden in load_all()]

    assert len(printed) == len(ours) == 58
    assert ours == [(line, address.path, dict(parse_qsl(address.query))) for line, address in printed]


async def test_all_in_one_pass(fresh_sandbox: SandboxServer) -> None:
    wrong = {}
    for name in RUN["one_pass"]:
        if problems := await run(fresh_sandbox, substituted(load(name))):
            wrong[name] = "; ".join(problems)

    unexpected = [f"{name}: {problems}" for name, problems in wrong.items() if name not in NOT_YET]
    assert not unexpected, "\n" + "\n".join(unexpected)
    assert NOT_YET.keys() - wrong.keys() == set(), "these work by now: take them out of NOT_YET"
    assert (await fresh_sandbox.control.get("ledger/verify")).json()["balanced"] is True


@pytest.mark.parametrize("name", [name for name in SUBSTITUTES if name not in NOT_YET])
async def test_as_printed_on_its_own(fresh_sandbox: SandboxServer, name: str) -> None:
    assert await run(fresh_sandbox, load(name)) == []


def substituted(golden: Golden) -> Golden:
    body = golden.body
    for path, value in SUBSTITUTES.get(golden.name, {}).items():
        assert isinstance(body, dict)
        body = {**body, path.removeprefix("$."): value}
    return replace(golden, body=body)


async def run(sandbox: SandboxServer, golden: Golden) -> list[str]:
    """What is wrong with the answer; nothing, it is to be hoped."""
    answer = await sandbox.anybody.request(
        golden.method,
        f"/openpay{golden.path}",
        params=golden.query or None,
        content=golden.body_bytes,
        headers=golden.headers,
        auth=(golden.auth, ""),
    )
    if answer.status_code != golden.status:
        return [f"{answer.status_code}: {answer.text}"]
    if not golden.has_answer:
        return [f"a body: {answer.text}"] if golden.status == 204 and answer.content else []
    return missing_keys(golden.answer, answer.json(), except_for=golden.doubtful_answer_keys)
