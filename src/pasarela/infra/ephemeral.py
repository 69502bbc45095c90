"""Secrets that live for minutes and are read once: security codes on their way from one call to the next.

They never touch a disk or a database. `MemorySecrets` serves one process; `SharedMemorySecrets` serves all
worker processes of one machine through encrypted files in a memory-backed folder. Both forget: at the latest
when the machine stops, and the oldest first when there are too many; whoever asks must do without.
"""

from __future__ import annotations

import hmac
import os
import secrets
import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pasarela.kernel.clock import Clock
from pasarela.kernel.secret import Secret

ENTRIES_MAX = 50_000
SWEEP_SECONDS = 30
DRAFT_SECONDS_MAX = 60

_MEMORY_BACKED = frozenset({"tmpfs", "ramfs"})
_KEY_FILE = "boot.key"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_INSTANT_BYTES = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NotMemoryBacked(Exception):
    """The folder for short-lived secrets is on a disk, or others may enter it; the message says which."""


class EphemeralSecrets(Protocol):
    """Keeps a secret for a short while and gives it out once."""

    async def put(self, key: str, secret: Secret, ttl: timedelta) -> None:
        """Keeps `secret` under `key` for `ttl` of platform time; one that is there already is replaced."""
        ...

    async def take(self, key: str) -> Secret | None:
        """The secret under `key`, which is gone from then on; `None` when there is none (any more)."""
        ...


class MemorySecrets:
    """Short-lived secrets of one process, in its own memory."""

    def __init__(self, clock: Clock, *, limit: int = ENTRIES_MAX) -> None:
        self._clock = clock
        self._limit = limit
        self._entries: OrderedDict[str, tuple[Secret, datetime]] = OrderedDict()

    async def put(self, key: str, secret: Secret, ttl: timedelta) -> None:
        now = self._clock.now()
        self._entries[key] = (secret, now + ttl)
        self._entries.move_to_end(key)
        while self._entries:
            oldest, (_, expires_at) = next(iter(self._entries.items()))
            if expires_at > now and len(self._entries) <= self._limit:
                break
            del self._entries[oldest]

    async def take(self, key: str) -> Secret | None:
        secret, expires_at = self._entries.pop(key, (None, None))
        if expires_at is None or expires_at <= self._clock.now():
            return None
        return secret


class SharedMemorySecrets:
    """Short-lived secrets of all processes that open the same memory-backed `folder` (made when missing).

    A file is named by a keyed digest of its key and bound to that name and its expiry; a rename decides which
    process takes it. Raises `NotMemoryBacked` when `folder` is not private and in memory.
    """

    def __init__(self, folder: Path, clock: Clock, *, limit: int = ENTRIES_MAX) -> None:
        _require_private_memory(folder)
        self._folder = folder
        self._clock = clock
        self._limit = limit
        self._key = _boot_key(folder)
        self._cipher = AESGCM(self._key)
        self._swept_at = -float(SWEEP_SECONDS)

    async def put(self, key: str, secret: Secret, ttl: timedelta) -> None:
        self._write(self._name(key), secret, self._clock.now() + ttl)
        if time.monotonic() - self._swept_at >= SWEEP_SECONDS:
            self.sweep()

    async def take(self, key: str) -> Secret | None:
        name = self._name(key)
        taken = self._folder / f"{name}.{secrets.token_hex(8)}"
        try:
            (self._folder / name).rename(taken)
        except FileNotFoundError:
            return None
        content = taken.read_bytes()
        taken.unlink(missing_ok=True)
        return self._opened(name, content)

    def sweep(self) -> None:
        """Removes what has expired, what crashed writers left, and the oldest beyond the limit."""
        self._swept_at = time.monotonic()
        now, real_now = self._clock.now().timestamp(), time.time()
        kept: list[tuple[float, Path]] = []
        for path in self._folder.iterdir():
            if path.name == _KEY_FILE:
                continue
            try:
                # Until it is complete a draft bears the time of its writing, then the instant of its expiry.
                modified = path.stat().st_mtime
            except FileNotFoundError:
                continue
            deadline = modified + DRAFT_SECONDS_MAX if path.name.startswith(".") else modified
            if deadline <= (real_now if path.name.startswith(".") else now):
                path.unlink(missing_ok=True)
            else:
                kept.append((modified, path))
        for _, path in sorted(kept)[: max(0, len(kept) - self._limit)]:
            path.unlink(missing_ok=True)

    def _name(self, key: str) -> str:
        return hmac.digest(self._key, key.encode(), "sha256").hex()

    def _write(self, name: str, secret: Secret, expires_at: datetime) -> None:
        instant = _milliseconds(expires_at).to_bytes(_INSTANT_BYTES, "big")
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, secret.reveal().encode(), name.encode() + instant)
        draft = self._folder / f".{name}.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(instant + nonce + sealed)
        os.utime(draft, (expires_at.timestamp(), expires_at.timestamp()))
        draft.rename(self._folder / name)

    def _opened(self, name: str, content: bytes) -> Secret | None:
        instant, rest = content[:_INSTANT_BYTES], content[_INSTANT_BYTES:]
        if int.from_bytes(instant, "big") <= _milliseconds(self._clock.now()):
            return None
        nonce, sealed = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        try:
            return Secret(self._cipher.decrypt(nonce, sealed, name.encode() + instant).decode())
        except InvalidTag:
            return None


def _milliseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def _require_private_memory(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        facts = folder.lstat()
    except OSError as error:
        raise NotMemoryBacked(f"{folder}: {error.strerror}") from error
    if folder.is_symlink() or facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
        raise NotMemoryBacked(f"{folder}: not a folder that only this user enters")
    if _file_system(folder.resolve()) not in _MEMORY_BACKED:
        raise NotMemoryBacked(f"{folder}: not in memory (tmpfs)")


def _file_system(folder: Path) -> str:
    """The type of the file system that holds `folder`: that of the deepest mount above it."""
    best, kind = "", ""
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        mount_point, mount_kind = line.split()[1:3]
        if folder.is_relative_to(mount_point) and len(mount_point) >= len(best):
            best, kind = mount_point, mount_kind
    return kind


def _boot_key(folder: Path) -> bytes:
    """The key of this boot: memory-backed like the files it protects, so that it dies with them."""
    path = folder / _KEY_FILE
    draft = folder / f".{_KEY_FILE}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.urandom(_KEY_BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_bytes()
