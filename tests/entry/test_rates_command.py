"""`pasarela rates`, on a running sandbox's database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from pasarela.entry.cli import main
from tests.fixtures_server import SandboxServer

PRINTED = {"date": "2014-11-21", "from": "USD", "to": "MXN", "value": "13.61"}


async def run(sandbox: SandboxServer, *words: str) -> int:
    return await asyncio.to_thread(main, ("rates", *words, "--database-url", sandbox.database_url))


async def test_import_and_list(sandbox: SandboxServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "fix.csv"
    file.write_text("date,from,to,value\n2014-01-02,USD,MXN,13.0652\n", encoding="utf-8")

    assert await run(sandbox, "import", str(file), "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"written": 1}

    assert await run(sandbox, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [
        PRINTED,
        {"date": "2014-01-02", "from": "USD", "to": "MXN", "value": "13.0652"},
    ]
    assert await run(sandbox, "list", "--limit", "1") == 0
    assert capsys.readouterr().out.splitlines() == ["DATE        FROM  TO   VALUE", "2014-11-21  USD   MXN  13.61"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("date,from,to,value\n2026-01-02,USD,MXN,17\n2026-01-03,USD,MXN,much\n", "line 3: value must be a number"),
        (None, "can't be read: No such file or directory"),
    ],
)
async def test_files_that_are_refused_change_nothing(
    sandbox: SandboxServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, problem: str
) -> None:
    file = tmp_path / "fix.csv"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    assert await run(sandbox, "import", str(file)) == 2

    assert problem in capsys.readouterr().err
    await run(sandbox, "list", "--limit", "1", "--json")
    assert json.loads(capsys.readouterr().out) == [PRINTED]
