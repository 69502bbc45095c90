"""The commands that talk to a running sandbox or to its database, run as `main` in a thread of the test's process."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from pasarela.entry.cli import main
from tests.contract.bbva.bodies import CREDIT, vpos
from tests.control.charging import attempt, charge
from tests.entry.commands import Ended
from tests.fixtures_server import MERCHANT, SandboxServer


class Shell:
    """Types commands at one sandbox."""

    def __init__(self, sandbox: SandboxServer, capsys: pytest.CaptureFixture[str]) -> None:
        self._sandbox = sandbox
        self._capsys = capsys

    async def talk(self, *words: str) -> Ended:
        """A command that asks the sandbox over HTTP."""
        return await self._run(*words, "--url", self._sandbox.base_url)

    async def manage(self, *words: str) -> Ended:
        """A command that works on the sandbox's database."""
        return await self._run(*words, "--database-url", self._sandbox.database_url)

    async def talk_json(self, *words: str) -> Any:
        return json.loads((await self.talk(*words, "--json")).output)

    async def manage_json(self, *words: str) -> Any:
        return json.loads((await self.manage(*words, "--json")).output)

    async def _run(self, *words: str) -> Ended:
        self._capsys.readouterr()
        code = await asyncio.to_thread(main, words)
        said = self._capsys.readouterr()
        return Ended(code, said.out, said.err)


@pytest.fixture
def shell(sandbox: SandboxServer, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(sandbox, capsys)


COMMANDS = (
    *("sandbox", "serve", "worker", "network", "db migrate", "db status"),
    *("tenants list", "tenants create", "tenants show", "keys issue", "keys revoke", "keys list", "stores import"),
    *("tenants settlement show", "tenants settlement set", "tenants settlement drop"),
    *("ledger verify", "clock show", "clock advance", "requests list", "requests show", "events"),
    *("faults add", "faults list", "faults clear", "outcomes", "risk limits", "risk lists", "risk explain", "reset"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_by_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])

    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "examples:" in said
    assert f"pasarela {command}" in said.split("examples:")[1]


@pytest.mark.parametrize("command", ["list", "show", "status", "verify", "events", "outcomes", "limits", "lists"])
def test_what_shows_something_shows_it_to_programs_too(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (each for each in COMMANDS if each.split()[-1] == command):
        with pytest.raises(SystemExit):
            main([*words.split(), "--help"])
        assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["clock"], ["nonsense"], ["clock", "advanc", "P1D"], ["faults", "add", "spei"]])
def test_what_is_no_command_is_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code: object = main(words)
    except SystemExit as ended:
        code = ended.code

    assert code == 2
    assert "usage:" in capsys.readouterr().err


async def test_clock(shell: Shell) -> None:
    before = await shell.talk_json("clock", "show")

    moved = await shell.talk_json("clock", "advance", "PT2H")
    to = await shell.talk("clock", "advance", "--to", "2020-01-01T00:00:00Z")

    assert moved["offset_seconds"] == before["offset_seconds"] + 7200
    assert "ahead of real time" in (await shell.talk("clock", "show")).output
    assert (to.code, len(to.error_lines)) == (2, 1)
    assert "forward only" in to.errors


async def test_clock_lists_what_ran(shell: Shell, sandbox: SandboxServer) -> None:
    held = await charge(sandbox, capture=False)

    said = await shell.talk("clock", "advance", "P8D")

    assert said.code == 0
    assert held["id"] in said.output
    assert "payments.expire" in said.output


async def test_faults(shell: Shell) -> None:
    added = await shell.talk_json("faults", "add", "card_network", "decline:51", "--count", "2", "--after", "1")

    listed = await shell.talk_json("faults", "list")
    table = await shell.talk("faults", "list")
    wrong = await shell.talk("faults", "add", "card_network", "explode")
    cleared = await shell.talk("faults", "clear")

    assert listed == {"faults": [added]}
    assert "decline:51" in table.output
    assert (wrong.code, len(wrong.error_lines)) == (2, 1)
    assert "the modes are" in wrong.errors
    assert cleared.output == "1 faults cleared.\n"
    assert (await shell.talk("faults", "list")).output == "Nothing is broken.\n"


async def test_requests(shell: Shell, sandbox: SandboxServer) -> None:
    refused = await attempt(sandbox, amount=-5)
    request_id = refused.json()["request_id"]

    listed = await shell.talk("requests", "list", "--status", "4xx", "--limit", "1")
    shown = await shell.talk("requests", "show", request_id)
    as_json = await shell.talk_json("requests", "show", request_id)
    missing = await shell.talk("requests", "show", "1981cdb8-19cb-4bad-8256-e95d58bc035c")

    assert request_id in listed.output
    assert "amount.positive" in shown.output
    assert as_json["field"] == "amount"
    assert (missing.code, len(missing.error_lines)) == (2, 1)


async def test_requests_shows_transfers(shell: Shell, sandbox: SandboxServer) -> None:
    answer = await attempt(sandbox, amount=250.5)

    shown = await shell.talk("requests", "show", answer.headers["X-Request-Id"])

    assert "250.50" in shown.output
    assert answer.json()["id"] in shown.output


async def test_ledger_verify(shell: Shell, sandbox: SandboxServer) -> None:
    await charge(sandbox)

    asked = await shell.talk("ledger", "verify")
    direct = await shell.manage_json("ledger", "verify")

    assert (asked.code, asked.output.startswith("Balanced: ")) == (0, True)
    assert (direct["balanced"], direct["problems"]) == (True, [])


async def test_events(shell: Shell, sandbox: SandboxServer) -> None:
    made = await charge(sandbox)

    said = await shell.talk("events", "--subject", made["id"])

    assert "payment.completed" in said.output


async def test_risk(shell: Shell) -> None:
    limits = await shell.talk("risk", "limits", MERCHANT, "--set", "max_amount", "50.00")
    listed = await shell.talk("risk", "lists", MERCHANT, "--add", "email", "thief@example.com", "--reason", "theft")
    explained = await shell.talk_json("risk", "explain", MERCHANT, "50.01", "--email", "thief@example.com")
    unset = await shell.talk("risk", "limits", MERCHANT, "--unset", "max_amount")
    removed = await shell.talk("risk", "lists", MERCHANT, "--remove", "email", "thief@example.com")

    assert "50.00" in limits.output
    assert "thief@example.com" in listed.output
    assert explained["allowed"] is False
    assert unset.output == "No limits are set.\n"
    assert removed.output == "Nobody is listed.\n"


async def test_outcomes_needs_no_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outcomes"]) == 0
    table = capsys.readouterr().out
    assert main(["outcomes", "--json"]) == 0

    cards = json.loads(capsys.readouterr().out)["cards"]
    assert all(card["number"] in table for card in cards)


async def test_reset(shell: Shell, sandbox: SandboxServer) -> None:
    made = await charge(sandbox)

    said = await shell.talk("reset")

    assert said.code == 0
    assert (await sandbox.openpay.get(f"/charges/{made['id']}")).status_code == 404


async def test_tenants_and_their_keys(shell: Shell, sandbox: SandboxServer) -> None:
    created = await shell.manage_json("tenants", "create", "openpay", "Tienda Azul", "--email", "azul@example.com")
    account = created["account"]
    issued = await shell.manage_json("keys", "issue", "openpay", account)
    keys = (await shell.manage_json("keys", "list", "openpay", account))["keys"]

    path = f"{sandbox.base_url}/openpay/v1/{account}"
    assert (await sandbox.anybody.get(path, auth=(created["private_key"], ""))).json()["name"] == "Tienda Azul"
    assert (await sandbox.anybody.get(path, auth=(issued["key"], ""))).status_code == 200
    assert [key["kind"] for key in keys] == ["private", "public", "private"] or len(keys) == 3
    revoked = await shell.manage("keys", "revoke", "openpay", account, issued["key_id"])
    again = await shell.manage("keys", "revoke", "openpay", account, issued["key_id"])
    assert (revoked.code, again.code) == (0, 2)
    assert "Tienda Azul" in (await shell.manage("tenants", "list", "--api", "openpay")).output
    assert (await shell.manage_json("tenants", "show", "openpay", account))["email"] == "azul@example.com"
    assert (await shell.manage("tenants", "show", "openpay", "nobody")).code == 2
    assert (await shell.manage("tenants", "create", "openpay", "Otra", "--account", account)).code == 2


async def test_a_merchant_of_bbva_gets_affiliations_and_permissions(shell: Shell, sandbox: SandboxServer) -> None:
    created = await shell.manage_json("tenants", "create", "bbva", "Tienda Roja", "--affiliation", "600")
    account, key = created["account"], created["private_key"]
    changed = await shell.manage_json("tenants", "set", "bbva", account, "--direct-charges", "yes")
    public = await shell.manage("keys", "issue", "bbva", account, "--kind", "public")
    openpays = await shell.manage("tenants", "create", "openpay", "Otra", "--affiliation", "600")
    nothing = await shell.manage("tenants", "set", "bbva", account)

    assert "public_key" not in created
    assert changed == {"settings": {"affiliations": ["600"], "direct_charges": True}}
    assert (public.code, openpays.code, nothing.code) == (2, 2, 2)
    body = vpos(affiliation_bbva="600", card=CREDIT)
    answer = await sandbox.anybody.post(f"/bbva/v1/{account}/charges", json=body, auth=(key, ""))
    assert (answer.status_code, answer.json()["status"]) == (200, "charge_pending")


async def test_db(shell: Shell) -> None:
    status = await shell.manage_json("db", "status")
    migrated = await shell.manage("db", "migrate")

    assert status["pending"] == []
    assert (migrated.code, migrated.output) == (0, "The schema is up to date.\n")


async def test_nobody_at_home_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code = await asyncio.to_thread(main, ["clock", "show", "--url", "http://127.0.0.1:1"])

    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    assert "pasarela sandbox" in said.err


async def test_somebody_else_at_home_is_told(sandbox: SandboxServer, capsys: pytest.CaptureFixture[str]) -> None:
    code = await asyncio.to_thread(main, ["clock", "show", "--url", f"{sandbox.base_url}/openpay"])

    assert code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_database_command_without_one_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["tenants", "list", "--data", str(tmp_path)])

    assert code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
