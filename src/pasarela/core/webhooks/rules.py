"""When two webhooks are the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def likeness(url: str, user: str | None, event_types: Iterable[str]) -> str:
    """The same for webhooks that would tell the same endpoint the same things."""
    parts = [url, user or "", *sorted(set(event_types))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
