"""Where a payer is sent back to: the address that its shop stored with the payment, and no other."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlencode, urlsplit, urlunsplit

URL_CHARS_MAX = 2000
_SAFE = "/?#[]@!$&'()*+,;=:%~-._"
_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")


def going_back(redirect_url: object, payment_id: str) -> str | None:
    """The stored address with `id` added to its query; `None` when none was stored that a browser can be sent to."""
    parts = _taken_apart(redirect_url)
    if parts is None:
        return None
    query = "&".join(filter(None, (parts.query, urlencode({"id": payment_id}))))
    return urlunsplit(parts._replace(query=query))


def origin_of(redirect_url: object) -> str | None:
    """`https://shop.example:8443`, as a security policy names it."""
    parts = _taken_apart(redirect_url)
    return None if parts is None else f"{parts.scheme}://{parts.netloc}"


def _taken_apart(redirect_url: object) -> SplitResult | None:
    """In ASCII, without a user's name; `None` for what is no web address."""
    if not isinstance(redirect_url, str) or not 0 < len(redirect_url) <= URL_CHARS_MAX:
        return None
    if not redirect_url.isprintable() or "\\" in redirect_url:
        return None
    try:
        parts = urlsplit(redirect_url.strip())
        host, port = parts.hostname, parts.port
        if parts.scheme not in ("http", "https") or not host:
            return None
        name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    except ValueError:
        return None
    if not _HOST.fullmatch(name):
        return None
    netloc = name if port is None else f"{name}:{port}"
    path, query, fragment = (quote(part, safe=_SAFE) for part in (parts.path, parts.query, parts.fragment))
    return SplitResult(parts.scheme, netloc, path or "/", query, fragment)
