"""Who may use the control plane: programs on this machine, and no web page that happens to be open in a browser.

It has no password, so the peer's address is the lock; `--control-open` opens it to other machines. Open or not, the
name by which it is called must be one that no outside DNS can point here: else a web page whose name is made to mean
this machine could call it.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from pasarela.control.answers import ControlRefusal, refusal


class LocalCallersOnly:
    """Passes requests of loopback peers on; answers 403 to others unless it was opened. `names` are those by which it
    may be called then, beside addresses and names without a dot, which only a local network knows."""

    def __init__(self, app: ASGIApp, *, open_to_all: bool, names: Sequence[str] = ()) -> None:
        self._app = app
        self._open = open_to_all
        self._names = frozenset(name.lower().rstrip(".") for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (reason := self._refused(scope)) is not None:
            await refusal(reason)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refused(self, scope: Scope) -> ControlRefusal | None:
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return ControlRefusal(422, "bad_value", "the address holds a NUL character", fix="take %00 out of it")
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return _forbidden(f"a page of {origin} may not control this sandbox", "call it from a program")
        if self._open:
            return self._refused_name(host)
        peer = scope.get("client")
        if peer is None or not is_loopback(peer[0]):
            return _forbidden(
                "the control plane answers to programs on its own machine only",
                "call it from there, or start the sandbox with --control-open",
            )
        if not _names_this_machine(host):
            # A name that an outside DNS answers with 127.0.0.1 would let any web page in.
            return _forbidden(f"{host!r} is not a name of this machine", "call it as 127.0.0.1 or localhost")
        return None

    def _refused_name(self, host: str) -> ControlRefusal | None:
        name = _name_of(host)
        if _names_this_machine(host) or name in self._names or (name and "." not in name):
            return None
        return _forbidden(
            f"{host!r} is not a name of this machine",
            "call it by its address, or start the sandbox with --control-host and this name",
        )


def is_loopback(address: str) -> bool:
    """Whether the peer's address is this machine's own."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped.is_loopback
    return parsed.is_loopback


def _names_this_machine(host: str) -> bool:
    name = _name_of(host)
    try:
        return name == "localhost" or name.endswith(".localhost") or bool(ip_address(name))
    except ValueError:
        return False


def _name_of(host: str) -> str:
    """The name or address in a Host header, without its port; empty for what is neither."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _forbidden(message: str, fix: str) -> ControlRefusal:
    return ControlRefusal(403, "forbidden", message, fix=fix)
