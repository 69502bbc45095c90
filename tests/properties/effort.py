"""How hard the random tests try: `HYPOTHESIS_PROFILE=thorough` for a night's run, otherwise seconds."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_FACTORS = {"quick": 1, "thorough": 30}
_FACTOR = _FACTORS[os.environ.get("HYPOTHESIS_PROFILE", "quick")]


def effort(examples: int, steps: int = 1) -> settings:
    """So many examples (of so many steps) in a quick run; a database makes them slow, and never mind."""
    return settings(
        max_examples=examples * _FACTOR,
        stateful_step_count=steps,
        deadline=None,
        # A quick run tries the same examples every time; a night's run looks for new ones.
        derandomize=_FACTOR == 1,
        suppress_health_check=list(HealthCheck),
    )
