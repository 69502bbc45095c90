"""Traces: what tells one message of this acquirer from all its others.

The trace number (field 11) runs from 000001 to 999999, then begins again past those still in use. The
reference (field 37) counts up in base 36 from a random start, so that processes that know nothing of each
other never meet.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import base36
from pasarela.rails.contract import Trace

_STANS: Final = 999_999
_RRNS: Final = 36**12


class TraceSource:
    """Makes traces; `in_use` says which trace numbers wait for an answer just now. One per process and rail."""

    def __init__(self, clock: Clock, in_use: Callable[[str], bool], first_stan: int | None = None) -> None:
        self._clock = clock
        self._in_use = in_use
        # A random start keeps the trace numbers of processes that share an acquirer apart, too.
        self._stan = secrets.randbelow(_STANS) if first_stan is None else first_stan - 1
        # Never from a seed: two processes with the same seed would mint the same references.
        self._rrn = secrets.randbelow(_RRNS)

    def fresh(self) -> Trace:
        """A trace that no other message bears, stamped with platform time in whole seconds."""
        while True:
            self._stan = self._stan % _STANS + 1
            stan = f"{self._stan:06d}"
            if not self._in_use(stan):
                break
        self._rrn = (self._rrn + 1) % _RRNS
        return Trace(stan, base36(self._rrn, 12).upper(), self._clock.now().replace(microsecond=0))
