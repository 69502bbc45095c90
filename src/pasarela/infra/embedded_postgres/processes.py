"""The processes of one server, recognised by the unique name that they all show, and how they are brought
down.

A server's processes hold `server.lock` for as long as one of them lives, so that "all gone" is known for
certain: also of a server whose postmaster was killed, and of one in another container on the same folder.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pasarela.infra.embedded_postgres.file_lock import FileLock
from pasarela.infra.embedded_postgres.waiting import Progress, until

NAME_PREFIX = "pasarela-"
FAST_SECONDS_MAX = 30.0
FORCED_SECONDS_MAX = 3.0
# For what is on its way out already, or can't be seen.
UNSEEN_SECONDS_MAX = 5.0

DOING = "Stopping the database"


@dataclass(frozen=True, slots=True)
class Server:
    """What identifies a server, as `server.lock` records it."""

    name: str
    postmaster: int
    socket_folder: Path

    def record(self) -> str:
        return f"{self.name}\n{self.postmaster}\n{self.socket_folder}\n"

    @classmethod
    def parse(cls, record: str) -> Self | None:
        """The server that holds or last held `server.lock`, from that file's text; None if it names none."""
        match record.split("\n"):
            case [name, pid, folder, ""] if name.startswith(NAME_PREFIX) and pid.isdigit():
                return cls(name, int(pid), Path(folder))
            case _:
                return None


def bring_down(
    server: Server,
    lock: FileLock,
    *,
    progress: Progress | None = None,
    fast_seconds: float = FAST_SECONDS_MAX,
) -> bool:
    """Ends every process of the server: asks for PostgreSQL's fast shutdown first, then the immediate one,
    then kills. True, with `lock` ours, when all are gone; False if some survive or can't be seen from here.
    """
    pids = processes_of(server.name)
    if not pids:
        return wait_for_unseen(lock, progress)
    if server.postmaster in pids:
        send([server.postmaster], signal.SIGINT)
        if until(lock.take, fast_seconds, DOING, progress):
            return True
    # What has lost its postmaster gets no fast shutdown.
    for force in (signal.SIGQUIT, signal.SIGKILL):
        send(processes_of(server.name), force)
        if until(lock.take, FORCED_SECONDS_MAX, DOING, progress):
            return True
    return False


def wait_for_unseen(lock: FileLock, progress: Progress | None) -> bool:
    """True, with `lock` ours, when its holder ends within a few seconds, which is all that we can do about it."""
    return until(lock.take, UNSEEN_SECONDS_MAX, DOING, progress)


def send(pids: list[int], number: signal.Signals) -> None:
    """Signals each process that still exists and is ours to signal."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def processes_of(name: str) -> list[int]:
    """The ids of the processes that show the server's name."""
    return [pid for pid, command in _commands() if name in command and "postgres" in command]


def foreign_postmaster(cluster: Path) -> int | None:
    """The id of a server that someone started on the cluster by hand, without our locks."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    # The number may have passed to another process since, also to one of a server of ours on another folder: on
    # this folder that would hold the lock.
    alive = any(found == pid and _is_foreign(command) for found, command in _commands(pid))
    return pid if alive else None


def _is_foreign(command: str) -> bool:
    program = command.split("\0", 1)[0]
    ours = (f"cluster_name={NAME_PREFIX}", f"postgres: {NAME_PREFIX}")
    return "postgres" in program and not any(name in command for name in ours)


def _commands(only: int | None = None) -> list[tuple[int, str]]:
    """Process ids with their command lines: of all processes that can be seen, or of one."""
    if sys.platform != "linux":
        return _commands_by_ps()
    found = []
    for entry in Path("/proc").iterdir() if only is None else [Path(f"/proc/{only}")]:
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                found.append((int(entry.name), (entry / "cmdline").read_bytes().decode(errors="replace")))
    return found


def _commands_by_ps() -> list[tuple[int, str]]:
    listed = subprocess.run(
        ["/bin/ps", "-axww", "-o", "pid=,command="],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    ).stdout
    pairs = (line.split(None, 1) for line in listed.splitlines())
    return [(int(pair[0]), pair[1]) for pair in pairs if len(pair) == 2]
