"""Encrypted values: both paddings, the openssl command line, system keys that change, and attackers' ciphertexts."""

from __future__ import annotations

import secrets
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pasarela.core.issuing import rsa_values
from pasarela.core.issuing.errors import NoPublicKey, Unreadable
from pasarela.core.issuing.model import Padding, Session
from pasarela.kernel.secret import Secret
from tests.core.issuing_world import PIN, World
from tests.factories.tables import rows

MALFORMED = 1_000


@pytest.fixture(scope="module")
def client_key() -> rsa.RSAPrivateKey:
    return rsa_values.generate()


async def encrypted(world: World, text: str, padding: Padding = Padding.PKCS1) -> bytes:
    key = rsa_values.public_key(await world.issuing.values.system_public_key())
    return rsa_values.encrypt(key, padding, text)


def with_key(session: Session, key: rsa.RSAPrivateKey, padding: Padding) -> Session:
    return replace(session, public_key=rsa_values.pem_of(key.public_key()), padding=padding)


@pytest.mark.parametrize("padding", list(Padding))
async def test_values_travel_both_ways(world: World, client_key: rsa.RSAPrivateKey, padding: Padding) -> None:
    session = with_key(world.session, client_key, padding)

    opened = await world.issuing.values.open(session, await encrypted(world, "2580", padding), digits=4)
    sealed = world.issuing.values.seal(session, Secret("4815162200000000"))

    assert opened == PIN
    assert len(sealed) == 256
    assert rsa_values.decrypt(client_key, padding, sealed) == b"4815162200000000"
    assert world.issuing.values.seal(session, PIN) != world.issuing.values.seal(session, PIN)


async def test_the_documents_commands_of_openssl(world: World, tmp_path: Path) -> None:
    def openssl(*arguments: str, given: bytes = b"") -> bytes:
        command = ["openssl", *arguments]
        return subprocess.run(command, input=given, capture_output=True, check=True, cwd=tmp_path).stdout

    openssl("genrsa", "-out", "private.pem", "2048")
    openssl("rsa", "-in", "private.pem", "-outform", "PEM", "-pubout", "-out", "public.pem")
    (tmp_path / "system.pem").write_text(await world.issuing.values.system_public_key())

    pem = (tmp_path / "public.pem").read_text()
    session = replace(
        world.session, public_key=(await world.issuing.keys.set_public_key(world.session, pem)).public_key
    )
    ours = openssl("pkeyutl", "-encrypt", "-pubin", "-inkey", "system.pem", given=b"4815162200000000")
    theirs = world.issuing.values.seal(session, Secret("4815162200000000"))

    assert (await world.issuing.values.open(session, ours, digits=16)).reveal() == "4815162200000000"
    assert openssl("pkeyutl", "-decrypt", "-inkey", "private.pem", given=theirs) == b"4815162200000000"


async def test_who_has_no_key_is_told_nothing_secret(world: World) -> None:
    with pytest.raises(NoPublicKey):
        world.issuing.values.seal(world.session, PIN)


@pytest.mark.parametrize("text", ["258", "25801", "258x", "", "²580", " 2580"])
async def test_a_value_of_another_shape_is_unreadable(world: World, text: str) -> None:
    with pytest.raises(Unreadable):
        await world.issuing.values.open(world.session, await encrypted(world, text), digits=4)


@pytest.mark.parametrize("padding", list(Padding))
async def test_a_thousand_malformed_ciphertexts_have_one_outcome(world: World, padding: Padding) -> None:
    right, session = await encrypted(world, "2580", padding), replace(world.session, padding=padding)
    seen: Counter[tuple[str, ...]] = Counter()

    for n in range(MALFORMED):
        try:
            await world.issuing.values.open(session, malformed(n, right), digits=16)
        except Unreadable as refusal:
            seen[type(refusal).__name__, str(refusal), str(refusal.field), refusal.rule, str(refusal.__cause__)] += 1

    assert list(seen.values()) == [MALFORMED]


def malformed(n: int, right: bytes) -> bytes:
    """Other lengths, noise, single bits of a right one (whose text has another length), another way of padding."""
    match n % 5:
        case 0:
            return right[: n % 256]
        case 1:
            return right + secrets.token_bytes(1 + n % 300)
        case 2:
            return secrets.token_bytes(256)
        case 3:
            return bytes([*right[: n % 256], right[n % 256] ^ (1 << n % 8), *right[n % 256 + 1 :]])
        case _:
            return b"\xff" * 256 if n % 2 else b"\0" * 256


async def test_a_retired_system_key_reads_for_a_time(world: World) -> None:
    values, elsewhere = world.issuing.values, world.process().values
    before, old = await values.system_public_key(), await encrypted(world, "2580")

    fresh = await values.rotate(timedelta(days=7))

    assert fresh == await values.system_public_key() != before
    assert fresh == await elsewhere.system_public_key()
    for process in (values, elsewhere):
        assert await process.open(world.session, old, digits=4) == PIN
        assert await process.open(world.session, await encrypted(world, "2580"), digits=4) == PIN
    world.clock.advance(days=7)
    for process in (values, elsewhere, world.process().values):
        with pytest.raises(Unreadable):
            await process.open(world.session, old, digits=4)


async def test_private_keys_rest_encrypted(world: World) -> None:
    await world.issuing.values.system_public_key()

    (row,) = await rows(world.database, "SELECT * FROM issuing_system_keys")

    assert b"RSA" not in row["wrapped"]
    with pytest.raises(ValueError, match="Could not deserialize"):
        rsa_values.private_key(row["wrapped"])
