"""Base of every expected failure. A failure carries typed facts, never an HTTP status: dialects map classes.

`rule` is a stable word that documentation and the request explorer name; `field` is the core's name of the
offending value, when there is one.
"""

from __future__ import annotations


class Refusal(Exception):
    """A call that can't be done, for a reason that the caller can act on. Nothing has changed when it is raised."""

    rule: str = "refused"
    field: str | None = None

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or self.rule).strip().splitlines()[0])
        if field is not None:
            self.field = field
