"""The door for STP: what it hands on, and production's settings for it, all or none."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from pasarela.entry.failures import CannotStart
from pasarela.entry.spei_door import BODY_BYTES_MAX, SpeiDoor
from pasarela.entry.wiring import STP_VARIABLES, spei_of
from tests.rails.spei_world import pem, private_key


async def test_it_hands_on_what_came_and_answers_what_it_is_told() -> None:
    heard: list[tuple[str, str | None, bytes]] = []

    async def received(kind: str, authorization: str | None, body: bytes) -> tuple[int, bytes]:
        heard.append((kind, authorization, body))
        return 200, b'{"mensaje":"confirmar"}'

    transport = httpx.ASGITransport(SpeiDoor(received))
    async with httpx.AsyncClient(transport=transport, base_url="http://pasarela") as client:
        answer = await client.post("/rails/stp/abonos", content=b"{}", auth=("stp", "secreto"))
        read = await client.get("/rails/stp/abonos")
        large = await client.post("/rails/stp/abonos", content=b"x" * (BODY_BYTES_MAX + 1))

    assert (answer.status_code, answer.json()) == (200, {"mensaje": "confirmar"})
    assert (read.status_code, large.status_code) == (405, 413)
    assert heard == [("abonos", "Basic c3RwOnNlY3JldG8=", b"{}")]


def test_settings_come_all_or_none(tmp_path: Path) -> None:
    key_file = tmp_path / "stp.pem"
    key_file.write_text(pem(private_key()).reveal(), encoding="ascii")
    whole = dict.fromkeys(STP_VARIABLES, "x") | {
        "PASARELA_STP_URL": "https://stp.invalid/rest",
        "PASARELA_STP_KEY_FILE": str(key_file),
    }

    assert callable(spei_of({}))
    assert callable(spei_of(whole))
    with pytest.raises(CannotStart, match="PASARELA_STP_PASSWORD"):
        spei_of(whole | {"PASARELA_STP_PASSWORD": ""})
    with pytest.raises(CannotStart, match="nowhere"):
        spei_of(whole | {"PASARELA_STP_KEY_FILE": str(tmp_path / "nowhere")})
