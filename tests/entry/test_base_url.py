"""The address that answers carry: what may be one, and a sandbox that is reached under another than it listens on."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from pasarela.entry.base_url import checked_base_url
from pasarela.entry.failures import CannotStart
from tests.entry.commands import run, sandbox
from tests.fixtures_server import MERCHANT, PRIVATE_KEY

OUTSIDE = "https://pay.example.test/shop"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://api.example.com", "https://api.example.com"),
        ("https://api.example.com/", "https://api.example.com"),
        (" http://10.0.0.7:8080 ", "http://10.0.0.7:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        (OUTSIDE + "/", OUTSIDE),
    ],
)
def test_an_address_is_taken_without_its_last_slash(text: str, address: str) -> None:
    assert checked_base_url(text, "--base-url") == address


@pytest.mark.parametrize(
    "text",
    [
        "api.example.com",
        "ftp://api.example.com",
        "https://",
        "https://api.example.com?x=1",
        "https://api.example.com#top",
        "https://me:secret@api.example.com",
        "https://api.example.com:port",
        "https://api example.com",
        'https://api.example.com/"><script>',
        "https://[::1",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(CannotStart, match="--base-url"):
        checked_base_url(text, "--base-url")


async def test_answers_carry_it(fresh_database: str, tmp_path: Path) -> None:
    where = ("--database-url", fresh_database, "--data", str(tmp_path), "--host", "0.0.0.0")  # noqa: S104 - as in a container
    async with sandbox(*where, "--base-url", OUTSIDE + "/", "--control-open") as started:
        assert f"Answers say {OUTSIDE}" in started.lines
        async with httpx.AsyncClient(auth=(PRIVATE_KEY, "")) as client:
            address = f"{started.base_url}/openpay/v1/{MERCHANT}"
            charge = {"method": "store", "amount": 100, "description": "Cargo"}
            made = (await client.post(f"{address}/charges", json=charge)).json()
            person = {"name": "Ana", "email": "ana@payments.com"}
            customer = (await client.post(f"{address}/customers", json=person)).json()
            clock = f"{started.base_url}/sandbox/v1/clock"
            asked = [
                (await client.get(clock, headers={"Host": host})).status_code
                for host in ("pay.example.test", "127.0.0.1", "evil.example")
            ]
        ended = await started.end()

    for url in (
        made["payment_method"]["barcode_url"],
        made["payment_method"]["barcode_paybin_url"],
        customer["store"]["barcode_url"],
    ):
        assert url.startswith(f"{OUTSIDE}/openpay/barcode/")
    assert asked == [200, 200, 403]
    assert ended.code == 0


@pytest.mark.parametrize("command", [("sandbox", "--base-url", "nowhere"), ("sandbox", "--port", "0")])
async def test_a_sandbox_refuses_one_that_can_not_be(command: tuple[str, ...], tmp_path: Path) -> None:
    ended = await run(*command, "--data", str(tmp_path), environment={"PASARELA_BASE_URL": "nowhere"})

    assert (ended.code, len(ended.error_lines), ended.output) == (2, 1, "")
    assert "nowhere" in ended.errors


async def test_a_data_folder_that_can_not_be_made_is_told(fresh_database: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    for data in (file, file / "below"):
        for where in ((), ("--database-url", fresh_database)):
            ended = await run("sandbox", "--port", "0", "--data", str(data), *where)

            assert (ended.code, ended.output) == (2, "")
            [line] = ended.error_lines
            assert line.startswith(f"pasarela: the data folder {data} can't be used: ")
            assert line.endswith("name another one with --data")
    assert file.read_text() == "in the way"
