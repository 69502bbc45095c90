"""What a sandbox answers beside its APIs: probes, the page, host names, and nothing else."""

from __future__ import annotations

import re
import shlex
from html import unescape

import httpx

from tests.fixtures_server import MERCHANT, PRIVATE_KEY, PUBLIC_KEY, SandboxServer, running_sandbox


async def test_says_that_it_lives(sandbox: SandboxServer) -> None:
    answer = await sandbox.anybody.get("/health")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_says_that_it_is_ready(sandbox: SandboxServer) -> None:
    answer = await sandbox.anybody.get("/ready")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "database": True,
        "migrations": True,
        "worker": True,
        "card_network": True,
    }


async def test_says_what_is_missing_when_the_network_is_away(sandbox: SandboxServer) -> None:
    await sandbox.platform.rail.stop()

    answer = await sandbox.anybody.get("/ready")

    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["card_network"]) == ("not ready", False)
    await sandbox.control.post("/reset")
    assert (await sandbox.anybody.get("/ready")).status_code == 200


async def test_home_page_shows_the_five_apis(sandbox: SandboxServer) -> None:
    page = await sandbox.anybody.get("/")

    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    for base in ("/openpay/v1", "/bbva/v1", "/paymentez/api/cc", "/necipco/v1", "/keycop/api/v1"):
        assert sandbox.base_url + base in page.text
    for credential in (MERCHANT, PRIVATE_KEY, PUBLIC_KEY):
        assert credential in page.text
    assert "<script" not in page.text


async def test_home_pages_curl_works(sandbox: SandboxServer) -> None:
    page = await sandbox.anybody.get("/")

    for example in re.findall(r"<pre><code>(.*?)</code></pre>", page.text, re.DOTALL):
        words = shlex.split(unescape(example).replace("\\\n", " "))
        assert words[0] == "curl"
        given = dict(zip(words[2::2], words[3::2], strict=True))
        answer = await sandbox.anybody.post(
            words[1],
            content=given["-d"],
            auth=(given["-u"].removesuffix(":"), "") if "-u" in given else httpx.USE_CLIENT_DEFAULT,
            headers={"Content-type": "application/json"},
        )
        assert answer.status_code == 200, answer.text


async def test_home_pages_links_lead_somewhere(sandbox: SandboxServer) -> None:
    page = await sandbox.anybody.get("/")

    links = set(re.findall(r'href="([^"]+)"', page.text))
    assert {"/sandbox/outcomes", "/openpay/docs", "/openpay/openapi.json"} <= links
    for link in links:
        assert (await sandbox.anybody.get(link)).status_code == 200, link


async def test_home_page_escapes_the_host(sandbox: SandboxServer) -> None:
    page = await sandbox.anybody.get("/", headers={"Host": '"><script>alert(1)</script>'})

    assert "<script" not in page.text


async def test_answers_by_the_providers_host_names(sandbox: SandboxServer) -> None:
    for host in ("sandbox-api.openpay.mx", "api.openpay.mx", "API.openpay.mx:443"):
        answer = await sandbox.anybody.get(f"/v1/{MERCHANT}", headers={"Host": host}, auth=(PRIVATE_KEY, ""))

        assert answer.status_code == 200
        assert answer.json()["id"] == MERCHANT


async def test_knows_nothing_else(sandbox: SandboxServer) -> None:
    for path in ("/v1/charges", "/bbva/v1", "/favicon.ico", "/openpayx", "/sandbox", "/sandbox/v2"):
        answer = await sandbox.anybody.get(path)

        assert answer.status_code == 404, path


async def test_takes_many_calls_on_one_connection_at_once(sandbox: SandboxServer) -> None:
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(base_url=sandbox.base_url, limits=limits) as client:
        for _ in range(50):
            assert (await client.get("/health")).status_code == 200


async def test_control_plane_opens_only_when_told(fresh_demo_database: str) -> None:
    async with running_sandbox(fresh_demo_database, control_open=True) as server:
        answer = await server.anybody.get("/sandbox/v1/clock", headers={"Host": "sandbox"})
        foreign = await server.anybody.get("/sandbox/v1/clock", headers={"Host": "sandbox.evil.example"})

    assert (answer.status_code, foreign.status_code) == (200, 403)
