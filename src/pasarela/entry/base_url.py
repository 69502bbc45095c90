"""The address under which the outside reaches us, as answers carry it: bar codes, receipts, pages for payers."""

from __future__ import annotations

from urllib.parse import urlsplit

from pasarela.entry.failures import CannotStart

VARIABLE = "PASARELA_BASE_URL"


def checked_base_url(text: str, named: str) -> str:
    """`text` without a slash at its end. `named` is what the person wrote it into. Raises `CannotStart`."""
    refusal = CannotStart(f"{named} {text!r} is not an address like https://api.example.com or http://10.0.0.7:8080")
    try:
        parts = urlsplit(text.strip())
        usable = (
            parts.scheme in ("http", "https")
            and parts.hostname
            and (parts.port is None or parts.port > 0)
            and not (parts.query or parts.fragment or parts.username)
            and parts.geturl().isascii()
            and not any(char.isspace() or char in "<>\"'\\" for char in parts.geturl())
        )
    except ValueError as error:
        raise refusal from error
    if not usable:
        raise refusal
    return parts.geturl().rstrip("/")
