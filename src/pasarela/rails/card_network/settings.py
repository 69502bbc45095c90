"""How the card rail keeps its connection and how much it lets run at once."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardNetworkSettings:
    """`acquirer` is our institution (field 32, up to eleven digits); seconds and counts for the rest.

    `timeout_s` is how long an answer may take before the caller hears `Unknown`, `connect_wait_s` how long a
    request waits for a lost connection. A reversal is sent up to `reversal_attempts` times. After
    `echo_after_s` without a byte from the network the connection is tried with an echo. `in_flight_max`
    requests wait for answers at once; the last `late_max` that waited in vain are remembered, so that an
    answer that comes after all is recognised. Only with `outcome_wishes` does a call's wish for an answer
    travel to the network: a sandbox's, never a real one.
    """

    acquirer: str = "00000000001"
    timeout_s: float = 5.0
    dial_timeout_s: float = 5.0
    connect_wait_s: float = 1.0
    echo_after_s: float = 30.0
    redial_first_s: float = 0.1
    redial_longest_s: float = 10.0
    reversal_attempts: int = 3
    in_flight_max: int = 20_000
    late_max: int = 20_000
    outcome_wishes: bool = False

    def __post_init__(self) -> None:
        assert re.fullmatch(r"[0-9]{1,11}", self.acquirer), "field 32 holds up to eleven digits"
        assert self.reversal_attempts >= 1, "a reversal is sent at least once"
        assert self.in_flight_max + self.late_max < 900_000, "six digits of trace number must leave some free"
