"""A file that at most one open holds, by `flock`: the operating system frees it when the last process that
has the descriptor is gone, however it went. The file itself stays and may say something about its holder.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self

RECORD_BYTES_MAX = 4096


class FileLock:
    """An open lock file. Freed by `close` (and in every process that inherited `descriptor`), never by
    unlocking: that would free it for the inheritors too.
    """

    def __init__(self, path: Path) -> None:
        """Opens or makes the file without taking the lock. Raises `OSError`."""
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)

    def take(self) -> bool:
        """Takes the lock if it is free; True when it is ours."""
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def write(self, record: str) -> None:
        """Replaces the file's text."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, record.encode(), 0)

    def read(self) -> str:
        """The file's text, as its last holder left it."""
        return os.pread(self.descriptor, RECORD_BYTES_MAX, 0).decode(errors="replace")

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
