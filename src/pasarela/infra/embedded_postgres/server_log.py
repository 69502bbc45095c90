"""The server's log: one file that every process of the server appends to, moved aside when it has grown. We
write and rotate it ourselves, because PostgreSQL's own collector outlives the server and would lie around as
a zombie in a container whose first process doesn't reap.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

LOG_BYTES_MAX = 10 * 1024 * 1024
LAST_WORDS_LINES = 15
LAST_WORDS_BYTES = 8192


class ServerLog:
    """The file at `path`, open for appending as `descriptor`; the one before it is `path` with `.1`."""

    def __init__(self, path: Path) -> None:
        """Raises `OSError`."""
        self._path = path
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        self.rotate()
        self._began = os.fstat(self.descriptor).st_size

    def rotate(self, bytes_max: int = LOG_BYTES_MAX) -> None:
        """Moves what is there aside if it is more than `bytes_max`. By copying and emptying, as the server's
        processes keep the file open: a line that they write in between is lost.
        """
        if os.fstat(self.descriptor).st_size > bytes_max:
            shutil.copyfile(self._path, self._path.with_name(f"{self._path.name}.1"))
            os.ftruncate(self.descriptor, 0)
            self._began = 0

    def last_words(self) -> str:
        """The last lines since the log was opened."""
        end = os.fstat(self.descriptor).st_size
        start = max(self._began, end - LAST_WORDS_BYTES)
        text = os.pread(self.descriptor, LAST_WORDS_BYTES, start).decode(errors="replace")
        return "\n".join(text.splitlines()[-LAST_WORDS_LINES:])

    def close(self) -> None:
        os.close(self.descriptor)
