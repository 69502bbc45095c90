"""Keys above all other keys: wraps data keys under a master key and derives subkeys bound to one purpose.

Several master keys may be known at once, one of them active; what an older one wrapped stays readable.
Derived subkeys come from a secret of their own, so that a new master key never changes a fingerprint. No key
that is held here is ever stored in the database, logged or handed out, except a derived subkey.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12

MASTERS_VARIABLE = "PASARELA_MASTER_KEYS"
ACTIVE_VARIABLE = "PASARELA_ACTIVE_MASTER_KEY"
DERIVATION_VARIABLE = "PASARELA_DERIVATION_KEY"


class KeyringUnusable(Exception):
    """The keys can't be used as they are given; the message names the file or the variable, never a key."""


class UnknownMasterKey(Exception):
    """A data key was wrapped by a master key that this process does not hold."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key that only the master key `master_id` opens."""

    master_id: str
    blob: bytes


class KeyWrapper(Protocol):
    """Holds master keys: in this process (`LocalMasters`) or in a key management service."""

    @property
    def active_id(self) -> str:
        """The master key that wraps from now on."""
        ...

    async def wrap(self, key: bytes, context: bytes) -> WrappedKey:
        """`key` under the active master key; it opens only with the same `context`."""
        ...

    async def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        """The key inside. Raises `UnknownMasterKey`."""
        ...


class LocalMasters:
    """Master keys held in memory; AES-256-GCM under each."""

    def __init__(self, masters: Mapping[str, bytes], active_id: str) -> None:
        if active_id not in masters:
            raise KeyringUnusable(f"the active master key {active_id!r} is not among the keys given")
        if any(len(key) != KEY_BYTES for key in masters.values()):
            raise KeyringUnusable(f"a master key has {KEY_BYTES} bytes")
        self._ciphers = {master_id: AESGCM(key) for master_id, key in masters.items()}
        self._active_id = active_id

    @property
    def active_id(self) -> str:
        return self._active_id

    async def wrap(self, key: bytes, context: bytes) -> WrappedKey:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._active_id].encrypt(nonce, key, _bound(self._active_id, context))
        return WrappedKey(self._active_id, nonce + sealed)

    async def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        cipher = self._ciphers.get(wrapped.master_id)
        if cipher is None:
            raise UnknownMasterKey(wrapped.master_id)
        nonce, sealed = wrapped.blob[:NONCE_BYTES], wrapped.blob[NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, sealed, _bound(wrapped.master_id, context))
        except InvalidTag:
            raise KeyringUnusable(
                f"master key {wrapped.master_id!r} does not open what bears its name: it was replaced"
            ) from None


def _bound(master_id: str, context: bytes) -> bytes:
    return b"pasarela data key\0" + master_id.encode() + b"\0" + context


class Keyring:
    """Wraps data keys and derives subkeys. Built once; safe for concurrent use."""

    def __init__(self, masters: KeyWrapper, derivation: bytes) -> None:
        if len(derivation) != KEY_BYTES:
            raise KeyringUnusable(f"the derivation key has {KEY_BYTES} bytes")
        self._masters = masters
        self._derivation = derivation
        self._subkeys: dict[str, bytes] = {}

    @classmethod
    def from_file(cls, path: Path, *, create: bool = False) -> Keyring:
        """The keys in the JSON file `path`, which nobody but its owner may read. With `create` (the sandbox)
        a missing file is made with fresh keys. Raises `KeyringUnusable`."""
        if create and not path.exists():
            _write_new(path, _fresh_keys())
        document = _read(path)
        try:
            masters = {name: _decoded(text, str(path)) for name, text in document["masters"].items()}
            derivation = _decoded(document["derivation"], str(path))
            return cls(LocalMasters(masters, document["active"]), derivation)
        except (KeyError, TypeError, AttributeError):
            raise KeyringUnusable(f"{path}: not a keyring file") from None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Keyring:
        """The keys in `PASARELA_MASTER_KEYS` (`id:base64,id:base64`), `PASARELA_ACTIVE_MASTER_KEY` and
        `PASARELA_DERIVATION_KEY`. Raises `KeyringUnusable` naming what is missing."""
        wanted = (MASTERS_VARIABLE, ACTIVE_VARIABLE, DERIVATION_VARIABLE)
        missing = [name for name in wanted if not environment.get(name)]
        if missing:
            raise KeyringUnusable(f"not set: {', '.join(missing)}")
        masters = {}
        for entry in environment[MASTERS_VARIABLE].split(","):
            master_id, _, text = entry.strip().partition(":")
            masters[master_id] = _decoded(text, MASTERS_VARIABLE)
        derivation = _decoded(environment[DERIVATION_VARIABLE], DERIVATION_VARIABLE)
        return cls(LocalMasters(masters, environment[ACTIVE_VARIABLE]), derivation)

    @property
    def active_master_id(self) -> str:
        return self._masters.active_id

    async def wrap(self, data_key: bytes, context: bytes) -> WrappedKey:
        """`data_key` under the active master key, bound to `context` (whose key it is)."""
        return await self._masters.wrap(data_key, context)

    async def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        """The data key. Raises `UnknownMasterKey`, `KeyringUnusable`."""
        return await self._masters.unwrap(wrapped, context)

    def subkey(self, purpose: str) -> bytes:
        """32 bytes that belong to `purpose` alone and stay the same for ever (HKDF-SHA256)."""
        key = self._subkeys.get(purpose)
        if key is None:
            info = b"pasarela/" + purpose.encode()
            key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._derivation)
            self._subkeys[purpose] = key
        return key


def add_master(path: Path) -> str:
    """Puts a fresh master key into the keyring file and makes it the active one; older ones stay readable.
    Answers its id. Running processes learn it when they start again."""
    document = _read(path)
    master_id = _fresh_id()
    document["masters"][master_id] = _encoded(os.urandom(KEY_BYTES))
    document["active"] = master_id
    _written(path, document).replace(path)
    return master_id


def _fresh_id() -> str:
    return "m" + secrets.token_hex(6)


def _fresh_keys() -> dict[str, Any]:
    master_id = _fresh_id()
    return {
        "active": master_id,
        "masters": {master_id: _encoded(os.urandom(KEY_BYTES))},
        "derivation": _encoded(os.urandom(KEY_BYTES)),
    }


def _write_new(path: Path, document: dict[str, Any]) -> None:
    draft = _written(path, document)
    try:
        # A link never replaces: of two processes that start together one makes the file, both read it.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _written(path: Path, document: dict[str, Any]) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise KeyringUnusable(f"{path}: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyringUnusable(f"{path}: others may read it; chmod 600 it")
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KeyringUnusable(f"{path}: {error.strerror}") from error
    except ValueError:
        raise KeyringUnusable(f"{path}: not a keyring file") from None
    if not isinstance(document, dict):
        raise KeyringUnusable(f"{path}: not a keyring file")
    return document


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _decoded(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise KeyringUnusable(f"{where}: a key is not Base64") from None
