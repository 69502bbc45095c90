"""Ends a sandbox as a power failure does: every process of it at once, its database's among them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess

from tests.entry.commands import Started


def power_failure(started: Started) -> None:
    """Kills the sandbox and everything below it. Each process is stopped first, so that none sees another die."""
    doomed: list[int] = []
    while fresh := [pid for pid in _family(started.process.pid) if pid not in doomed]:
        for pid in fresh:
            _send(pid, signal.SIGSTOP)
        doomed += fresh
    for pid in doomed:
        _send(pid, signal.SIGKILL)


def _family(ancestor: int) -> list[int]:
    """The process and its descendants, whatever session they have gone to."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True)  # noqa: S607 - wherever this system has it
    children: dict[int, list[int]] = {}
    for pid, parent in (map(int, line.split()) for line in listed.stdout.splitlines()):
        children.setdefault(parent, []).append(pid)
    found = [ancestor]
    for pid in found:
        found += children.get(pid, [])
    return found


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
