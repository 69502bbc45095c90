"""Waiting for something outside this process: polls often, gives up at a deadline, and tells the user what is
taking long. Blocks its thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[str], None]
"""Receives one line for a person, in the thread that waits."""

TELL_SECONDS = 2.0
POLL_SECONDS_MIN = 0.005
POLL_SECONDS_MAX = 0.05


def until(
    done: Callable[[], bool],
    seconds_max: float,
    doing: str,
    progress: Progress | None,
    *,
    tell_seconds: float = TELL_SECONDS,
) -> bool:
    """True as soon as `done()` is; False when `seconds_max` have passed first. Tells `progress` after every
    two seconds what we are `doing`.
    """
    began = time.monotonic()
    told = 0.0
    while not done():
        waited = time.monotonic() - began
        if waited >= seconds_max:
            return False
        if progress is not None and waited - told >= tell_seconds:
            told = waited
            progress(f"{doing} ({waited:.0f} s)")
        time.sleep(POLL_SECONDS_MIN if waited < TELL_SECONDS else POLL_SECONDS_MAX)
    return True
