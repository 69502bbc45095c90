"""Says what the benchmark is doing: one line a step, with the time since the start, so that nobody waits in silence."""

from __future__ import annotations

import time

_STARTED = time.monotonic()


def say(what: str) -> None:
    """Prints a line about what begins now."""
    seconds = int(time.monotonic() - _STARTED)
    print(f"[{seconds // 60:2d}:{seconds % 60:02d}] {what}", flush=True)
