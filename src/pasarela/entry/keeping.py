"""How long old rows are kept, as settings in the environment say it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from pasarela.entry.failures import CannotStart
from pasarela.infra.retention import Retention

REQUESTS, EVENTS, ARRIVALS = "PASARELA_KEEP_REQUESTS", "PASARELA_KEEP_EVENTS", "PASARELA_KEEP_MESSAGES"

VARIABLES = {
    REQUESTS: "days that API calls stay in the request log (default: 30; `forever` keeps them)",
    EVENTS: "days that events are kept when all have heard them (default: 90; `forever`)",
    ARRIVALS: "days that messages from networks are kept when they are handled (default: 90; `forever`)",
}

DAYS_MAX = 36_500
_FOR_EVER = "forever"


def retention_of(environment: Mapping[str, str], default: Retention) -> Retention:
    """What is not set is as in `default`. Raises `CannotStart`."""
    return Retention(
        _kept(environment, REQUESTS, default.requests),
        _kept(environment, EVENTS, default.events),
        _kept(environment, ARRIVALS, default.arrivals),
    )


def _kept(environment: Mapping[str, str], name: str, default: timedelta | None) -> timedelta | None:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if text.lower() == _FOR_EVER:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= DAYS_MAX:
        raise CannotStart(f"{name} {text!r} is neither a number of days from 1 nor `{_FOR_EVER}`")
    return timedelta(days=int(text))
