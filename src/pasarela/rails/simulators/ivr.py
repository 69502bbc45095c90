"""A telephone in a box: somebody calls and types a key and a card."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pasarela.rails.payers import PhoneCall


class PhoneSimulator:
    """A `PhoneRail` with a caller."""

    def __init__(self) -> None:
        self._heard: Callable[[PhoneCall], Awaitable[None]] | None = None

    def on_call(self, callback: Callable[[PhoneCall], Awaitable[None]]) -> None:
        assert self._heard is None, "one hears for the whole platform"
        self._heard = callback

    async def call(self, call: PhoneCall) -> None:
        """He hangs up when what he typed is stored."""
        assert self._heard is not None, "wiring registers who hears before anybody calls"
        await self._heard(call)
