"""Why a command can't do its work, as one clear line for the person who typed it (exit code 2)."""

from __future__ import annotations

EXIT_CANNOT = 2


class CannotStart(Exception):
    """The command can't run here and now; the message is one line that says why and what to do."""


class PortInUse(CannotStart):
    """Another program listens on the address that we were told to use."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} on {host} is in use by another program; choose another with --port")


class AddressRefused(CannotStart):
    """The operating system does not let us listen there."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"can't listen on {host}:{port}: {reason}")


class Interrupted(Exception):
    """Ctrl-C or SIGTERM before the command was up: it stops what it had started and ends without an error."""
