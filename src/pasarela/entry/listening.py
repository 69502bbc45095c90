"""Takes the address to listen on before anything slow begins, so that a port in use is told at once."""

from __future__ import annotations

import errno
import os
import socket

from pasarela.entry.failures import AddressRefused, PortInUse


def bound(host: str, port: int) -> socket.socket:
    """A TCP socket bound to the address, not listening yet: until it listens, callers are refused and not kept waiting.

    Port 0 takes a free one. Raises `PortInUse`, `AddressRefused`.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise AddressRefused(host, port, error.strerror or str(error)) from error
    # `localhost` is both ::1 and 127.0.0.1; clients that know only one of them know the latter.
    family, kind, protocol, _, address = min(found, key=lambda each: each[0] is not socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise refusal(host, port, error) from error
    return listener


def refusal(host: str, port: int, error: OSError) -> PortInUse | AddressRefused:
    """What an `OSError` of bind or listen means to the person who chose the address."""
    if error.errno == errno.EADDRINUSE:
        return PortInUse(host, port)
    return AddressRefused(host, port, os.strerror(error.errno) if error.errno else str(error))


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """The address for people and programs on this machine: a wildcard is shown as loopback."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - only shown
    return f"{scheme}://{shown}:{port}"
