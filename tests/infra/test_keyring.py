"""Keys above all other keys: files, environment, wrapping, derived subkeys."""

from __future__ import annotations

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pasarela.infra.keyring import (
    Keyring,
    KeyringUnusable,
    LocalMasters,
    UnknownMasterKey,
    WrappedKey,
    add_master,
)

DERIVATION = bytes(32)
FIRST, SECOND = b"1" * 32, b"2" * 32
DATA_KEY = b"d" * 32


def keyring(*names: str, active: str) -> Keyring:
    known = {"first": FIRST, "second": SECOND}
    return Keyring(LocalMasters({name: known[name] for name in names}, active), DERIVATION)


async def test_unwrap_answers_the_wrapped_key() -> None:
    ring = keyring("first", active="first")
    wrapped = await ring.wrap(DATA_KEY, b"tenant 7")

    assert wrapped.master_id == "first"
    assert DATA_KEY not in wrapped.blob
    assert await ring.unwrap(wrapped, b"tenant 7") == DATA_KEY


async def test_unwrap_refuses_another_context() -> None:
    ring = keyring("first", active="first")
    wrapped = await ring.wrap(DATA_KEY, b"tenant 7")

    with pytest.raises(KeyringUnusable):
        await ring.unwrap(wrapped, b"tenant 8")


async def test_unwrap_refuses_the_name_of_another_master() -> None:
    ring = keyring("first", "second", active="first")
    wrapped = await ring.wrap(DATA_KEY, b"")

    with pytest.raises(KeyringUnusable, match="second"):
        await ring.unwrap(WrappedKey("second", wrapped.blob), b"")


async def test_a_new_master_wraps_and_the_old_one_still_opens() -> None:
    old = await keyring("first", active="first").wrap(DATA_KEY, b"")
    rotated = keyring("first", "second", active="second")

    assert (await rotated.wrap(DATA_KEY, b"")).master_id == "second"
    assert await rotated.unwrap(old, b"") == DATA_KEY


async def test_unwrap_names_a_master_that_is_gone() -> None:
    wrapped = await keyring("first", active="first").wrap(DATA_KEY, b"")

    with pytest.raises(UnknownMasterKey, match="first"):
        await keyring("second", active="second").unwrap(wrapped, b"")


def test_subkeys_belong_to_one_purpose_and_stay() -> None:
    ring = keyring("first", active="first")

    assert ring.subkey("a") == keyring("second", active="second").subkey("a")
    assert ring.subkey("a") != ring.subkey("b")
    assert len(ring.subkey("a")) == 32


def test_subkey_of_a_known_derivation_key() -> None:
    # Stored fingerprints depend on it: this value may never change.
    known = "febb17a228662b0824c5f53bb56da231bd6bac4d0bc7e8f42559aa6f38c62e16"
    assert keyring("first", active="first").subkey("pan fingerprint, tenant").hex() == known


def test_from_file_creates_it_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"

    made = Keyring.from_file(path, create=True)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Keyring.from_file(path).subkey("a") == made.subkey("a")
    assert [entry.name for entry in tmp_path.iterdir()] == ["keyring.json"]


def test_from_file_without_create_names_the_missing_file(tmp_path: Path) -> None:
    with pytest.raises(KeyringUnusable, match="No such file"):
        Keyring.from_file(tmp_path / "keyring.json")

    assert list(tmp_path.iterdir()) == []


def test_from_file_refuses_a_file_that_others_may_read(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    Keyring.from_file(path, create=True)
    path.chmod(0o640)

    with pytest.raises(KeyringUnusable, match="others may read it"):
        Keyring.from_file(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"active": "m", "masters": {"m": "?"}, "derivation": ""}'])
def test_from_file_refuses_other_files(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keyring.json"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)

    with pytest.raises(KeyringUnusable, match=r"not a keyring file|not Base64"):
        Keyring.from_file(path)


def test_processes_that_start_together_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"

    with ThreadPoolExecutor(8) as threads:
        rings = list(threads.map(lambda _: Keyring.from_file(path, create=True), range(16)))

    assert len({ring.subkey("a") for ring in rings}) == 1


async def test_add_master_keeps_what_was_wrapped_readable(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    before = Keyring.from_file(path, create=True)
    wrapped = await before.wrap(DATA_KEY, b"")

    master_id = add_master(path)

    after = Keyring.from_file(path)
    assert after.active_master_id == master_id != before.active_master_id
    assert await after.unwrap(wrapped, b"") == DATA_KEY
    assert after.subkey("a") == before.subkey("a")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_from_environment() -> None:
    environment = {
        "PASARELA_MASTER_KEYS": f"first:{encoded(FIRST)}, second:{encoded(SECOND)}",
        "PASARELA_ACTIVE_MASTER_KEY": "second",
        "PASARELA_DERIVATION_KEY": encoded(DERIVATION),
    }
    ring = Keyring.from_environment(environment)

    assert ring.active_master_id == "second"
    assert ring.subkey("a") == keyring("first", active="first").subkey("a")
    assert await ring.unwrap(await keyring("first", active="first").wrap(DATA_KEY, b""), b"") == DATA_KEY


def test_from_environment_names_what_is_missing() -> None:
    with pytest.raises(KeyringUnusable, match=r"^not set: PASARELA_MASTER_KEYS, PASARELA_DERIVATION_KEY$"):
        Keyring.from_environment({"PASARELA_ACTIVE_MASTER_KEY": "first", "PASARELA_DERIVATION_KEY": ""})


@pytest.mark.parametrize(
    ("masters", "active"), [("first:AAAA", "first"), ("first:?", "first"), (f"first:{'A' * 43}=", "second")]
)
def test_from_environment_refuses_bad_keys_without_showing_them(masters: str, active: str) -> None:
    environment = {
        "PASARELA_MASTER_KEYS": masters,
        "PASARELA_ACTIVE_MASTER_KEY": active,
        "PASARELA_DERIVATION_KEY": encoded(DERIVATION),
    }
    with pytest.raises(KeyringUnusable) as refusal:
        Keyring.from_environment(environment)

    assert "AAAA" not in str(refusal.value)


def test_the_file_holds_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    Keyring.from_file(path, create=True)

    document = json.loads(path.read_text(encoding="utf-8"))

    assert sorted(document) == ["active", "derivation", "masters"]
    assert list(document["masters"]) == [document["active"]]


def encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()
