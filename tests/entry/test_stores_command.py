"""`pasarela stores import`, on a running sandbox's database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from pasarela.entry.cli import main
from tests.fixtures_server import PRIVATE_KEY, SandboxServer

FILE = """id_store,id,name,chain,max_amount,latitude,longitude,line1,city,state,postal_code
900001,1,Tienda Isla,ISLA,500.00,18.9300,-110.9700,Muelle 1,Isla Socorro,COLIMA,28999
"""


async def imported(sandbox: SandboxServer, file: Path, *words: str) -> int:
    arguments = ("stores", "import", str(file), "--database-url", sandbox.database_url, *words)
    return await asyncio.to_thread(main, arguments)


async def on_the_island(sandbox: SandboxServer) -> list[str]:
    query = {"latitud": "18.93", "longitud": "-110.97", "kilometers": "5", "amount": "500"}
    answer = await sandbox.anybody.get("/openpay/stores", params=query, auth=(PRIVATE_KEY, ""))
    return [store["name"] for store in answer.json()]


async def test_import(sandbox: SandboxServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "stores.csv"
    file.write_text("\ufeff" + FILE, encoding="utf-8")

    assert await imported(sandbox, file, "--json") == 0

    assert json.loads(capsys.readouterr().out) == {"written": 1, "removed": 0}
    assert await on_the_island(sandbox) == ["Tienda Isla"]
    file.write_text(FILE.replace("Tienda Isla", "Tienda Nueva"), encoding="utf-8")
    assert await imported(sandbox, file) == 0
    assert capsys.readouterr().out == "1 stores written, 0 removed\n"
    assert await on_the_island(sandbox) == ["Tienda Nueva"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (FILE.replace("18.9300", "190"), "line 2: latitude must be a number from -90 to 90"),
        (FILE.splitlines()[0], "names no store: --replace would remove all of them"),
        (None, "can't be read: No such file or directory"),
    ],
)
async def test_files_that_are_refused_change_nothing(
    sandbox: SandboxServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, problem: str
) -> None:
    file, before = tmp_path / "stores.csv", await on_the_island(sandbox)
    if text is not None:
        file.write_text(text, encoding="utf-8")

    assert await imported(sandbox, file, "--replace") == 2

    assert problem in capsys.readouterr().err
    assert await on_the_island(sandbox) == before
