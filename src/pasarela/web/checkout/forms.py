"""What a form of ours carries so that nobody else can have made it: one hidden field, signed, bound to the browser.

The field says what the form is for (which payment, which try) and is worth nothing without the cookie that the same
browser was given with it. It is no secret, and it never holds card data.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

FIELD = "state"
COOKIE = "pasarela_page"
COOKIE_BYTES = 18

BODY_BYTES_MAX = 16 * 1024
FIELDS_MAX = 30

State = Mapping[str, str | int]


class NotOurForm(Exception):
    """What was posted is not a form that we gave to this browser; the message says why, for the log."""


class Forms:
    """Signs and checks forms with `key`."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, state: State, browser: str) -> str:
        """The hidden field of a form for this browser."""
        content = base64.urlsafe_b64encode(json.dumps(state, separators=(",", ":")).encode()).decode()
        return f"{content}.{self._signature(content, browser)}"

    def opened(self, request: Request, fields: Mapping[str, str], about: str) -> State:
        """The state of a posted form, if its `about` is this one. Raises `NotOurForm`."""
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise NotOurForm("posted from another site")
        browser = browser_of(request)
        if browser is None:
            raise NotOurForm("no cookie")
        content, _, signature = fields.get(FIELD, "").partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(content, browser).encode()):
            raise NotOurForm("signature")
        try:
            state: State = json.loads(base64.urlsafe_b64decode(content))
        except (binascii.Error, ValueError) as error:  # pragma: no cover - what we signed can be read
            raise NotOurForm("content") from error
        if state.get("about") != about:
            raise NotOurForm("a form of another page")
        return state

    def _signature(self, content: str, browser: str) -> str:
        said = f"{len(browser)}:{browser}:{content}".encode()
        return base64.urlsafe_b64encode(hmac.digest(self._key, said, "sha256")).decode().rstrip("=")


def browser_of(request: Request) -> str | None:
    """The cookie's value, if the browser has one that may be ours."""
    value = request.cookies.get(COOKIE, "")
    return value if 16 <= len(value) <= 64 and value.isascii() else None


def new_browser() -> str:
    return secrets.token_urlsafe(COOKIE_BYTES)


async def posted(request: Request) -> Mapping[str, str]:
    """The fields of a plain form; the last one of a name. Raises `NotOurForm` for anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise NotOurForm("not a form")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise NotOurForm("too large")
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX))
    except ValueError as error:
        raise NotOurForm("not a form") from error
