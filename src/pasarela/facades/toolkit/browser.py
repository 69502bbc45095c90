"""Calls from pages of other origins (CORS): the provider's browser library sends credentials and its own headers.

Only calls that a public key may make are allowed; for all others a browser gets no permission and stops by itself.
"""

from __future__ import annotations

from pasarela.facades.toolkit.call import Header, Reply

PREFLIGHT_SECONDS = b"600"
_DEFAULT_HEADERS = b"authorization, content-type, accept, idempotency-key, x-requested-with"


def permission(origin: bytes) -> tuple[Header, ...]:
    """The headers that let a page of `origin` read the answer."""
    return (
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", b"x-request-id"),
        (b"vary", b"Origin"),
    )


def preflight(origin: bytes, methods: tuple[str, ...], asked_headers: bytes | None) -> Reply:
    """The answer to a browser that asks first; it needs no key, since browsers send none then."""
    return Reply(
        204,
        b"",
        headers=(
            *permission(origin),
            (b"access-control-allow-methods", ", ".join(methods).encode()),
            (b"access-control-allow-headers", asked_headers or _DEFAULT_HEADERS),
            (b"access-control-max-age", PREFLIGHT_SECONDS),
        ),
    )
