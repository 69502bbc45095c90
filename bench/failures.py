"""Why the benchmark can't run: the only reason for an exit code other than 0."""

from __future__ import annotations

EXIT_CANNOT = 2


class CannotRun(Exception):
    """Something that the benchmark needs is missing or does not work; the message says in a line what."""
