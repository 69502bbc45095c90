"""What a payer's browser tells about itself, from the headers of a request and from what the page's script added."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from pasarela.kernel.browser import Browser, Screen

PIXELS_MAX = 999_999
COLOR_DEPTHS = (1, 4, 8, 15, 16, 24, 32, 48)
"""Those that EMVCo knows."""
MINUTES_MAX = 14 * 60


def browser_facts(request: Request, fields: Mapping[str, str]) -> Browser:
    """`fields` are those of the posted form; what makes no sense there counts as not said."""
    headers, client = request.headers, request.client
    return Browser(
        accept=headers.get("accept", ""),
        user_agent=headers.get("user-agent", ""),
        language=headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip(),
        ip=client.host if client is not None else None,
        screen=_screen(fields),
    )


def _screen(fields: Mapping[str, str]) -> Screen | None:
    numbers = [_number(fields.get(name, "")) for name in ("screenHeight", "screenWidth", "colorDepth", "tz")]
    height, width, depth, minutes = numbers
    if fields.get("js") != "1" or height is None or width is None or depth is None or minutes is None:
        return None
    if not (0 <= height <= PIXELS_MAX and 0 <= width <= PIXELS_MAX and abs(minutes) <= MINUTES_MAX):
        return None
    # A screen of 30 bits is told as the next depth below that there is a word for.
    known = [each for each in COLOR_DEPTHS if each <= depth]
    return Screen(height, width, known[-1], minutes) if known else None


def _number(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if 0 < len(digits) <= 6 and digits.isascii() and digits.isdigit() else None
