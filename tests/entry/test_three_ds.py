"""The door for 3-D Secure's messages, and production's settings for directories: what they need, all or none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from pasarela.entry.failures import CannotStart
from pasarela.entry.three_ds import BODY_BYTES_MAX, ThreeDsDoor
from pasarela.entry.wiring_three_ds import NEEDED_VARIABLES, VARIABLES, three_ds_of
from pasarela.rails.authentication import AuthenticationRequest, AuthenticationResult, TransStatus
from pasarela.rails.three_ds.absent import NoDirectories
from tests.rails.card_world import ACCEPTOR, card, mxn
from tests.rails.three_ds_world import BROWSER, RETURN_URL


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, str]:
    """Settings for one brand, with a certificate that can be used."""
    key, now = generate_private_key(SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pasarela")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    (tmp_path / "cert.pem").write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return {
        "PASARELA_3DS_VISA_URL": "https://127.0.0.1:1/areq",
        "PASARELA_3DS_ACQUIRER_BIN": "400001",
        "PASARELA_3DS_REFERENCE": "3DS_REF",
        "PASARELA_3DS_CERTIFICATE_FILE": str(tmp_path / "cert.pem"),
        "PASARELA_3DS_KEY_FILE": str(tmp_path / "key.pem"),
    }


async def test_the_door_hands_on_what_came_and_answers_what_it_is_told() -> None:
    heard: list[bytes] = []

    async def received(body: bytes) -> bytes:
        heard.append(body)
        return b'{"messageType":"RRes"}'

    transport = httpx.ASGITransport(ThreeDsDoor({"results": received}))
    async with httpx.AsyncClient(transport=transport, base_url="http://pasarela") as client:
        answer = await client.post("/3ds/results", content=b"{}")
        refused = [
            await client.get("/3ds/results"),
            await client.post("/3ds/elsewhere", content=b"{}"),
            await client.post("/3ds/results", content=b"x" * (BODY_BYTES_MAX + 1)),
        ]

    assert (answer.status_code, answer.json()) == (200, {"messageType": "RRes"})
    assert [each.status_code for each in refused] == [405, 404, 413]
    assert heard == [b"{}"]


@pytest.mark.parametrize("missing", NEEDED_VARIABLES)
def test_settings_come_all_or_none(whole: dict[str, str], missing: str) -> None:
    assert whole.keys() <= VARIABLES.keys()
    assert callable(three_ds_of({}))
    assert callable(three_ds_of(whole))
    with pytest.raises(CannotStart, match=missing):
        three_ds_of({**whole, missing: ""})


def test_a_certificate_that_is_not_there_is_named(whole: dict[str, str]) -> None:
    with pytest.raises(CannotStart, match="nowhere"):
        three_ds_of({**whole, "PASARELA_3DS_CERTIFICATE_FILE": "nowhere.pem"})


async def test_without_directories_nobody_can_say() -> None:
    rail = NoDirectories()
    trans_id = "8a880dc0-d2d2-4067-bcb1-b08d1690b26e"
    asked = AuthenticationRequest(trans_id, ACCEPTOR, card(), mxn(100), BROWSER, RETURN_URL, datetime.now(UTC))

    assert await rail.authenticate(asked) == AuthenticationResult(trans_id, TransStatus.UNAVAILABLE)
