"""What can keep the embedded database from starting. Both messages are ready to be shown to the user."""

from __future__ import annotations

from pathlib import Path


class DataFolderInUse(Exception):
    """Another process uses the data folder `path`; `pid` is its process id where it can be known."""

    def __init__(self, path: Path, pid: int | None) -> None:
        self.path = path
        self.pid = pid
        holder = "another process" if pid is None else f"process {pid}"
        super().__init__(f"The data folder {path} is in use by {holder}.")


class EmbeddedPostgresUnavailable(Exception):
    """The embedded PostgreSQL cannot run here.

    The message's first line is `reason` and `fix`; the last lines of the server's own log follow when there
    are any.
    """

    def __init__(self, reason: str, fix: str, log: str = "") -> None:
        self.reason = reason
        self.fix = fix
        self.log = log
        super().__init__("\n".join(line for line in (f"{reason} {fix}", log.strip()) if line))
