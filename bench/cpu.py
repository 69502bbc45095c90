"""CPU time of a process and all that it has started, from /proc: a charge's cost, whatever else the machine does."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def seconds_of(root: int) -> float:
    """User and system time of the process `root` and of its descendants, those included that have ended."""
    parents, ticks = _processes()
    return sum(ticks.get(pid, 0) for pid in _family(root, parents)) / _TICKS_A_SECOND


def family_of(root: int) -> set[int]:
    """The process `root` and its living descendants."""
    return _family(root, _processes()[0])


def _processes() -> tuple[dict[int, int], dict[int, int]]:
    """The parent of each process, and the time that it and its ended children have used, in ticks."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The name in parentheses may hold anything, a parenthesis too.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        pid = int(entry.name)
        parents[pid] = int(fields[1])
        ticks[pid] = sum(map(int, fields[11:15]))
    return parents, ticks


def _family(root: int, parents: dict[int, int]) -> set[int]:
    family = {root}
    # A child's number may be lower than its parent's: hence until nothing is added.
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return family
