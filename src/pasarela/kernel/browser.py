"""What a payer's browser tells about itself, as far as an issuer weighs it in 3-D Secure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page's script measures: pixels, colour depth in bits, and minutes between UTC and the payer's time."""

    height: int
    width: int
    color_depth: int
    utc_minus_local_minutes: int


@dataclass(frozen=True, slots=True)
class Browser:
    """`accept`, `user_agent` and `language` are headers; `screen` is missing where scripts don't run."""

    accept: str
    user_agent: str
    language: str
    ip: str | None = None
    screen: Screen | None = None
