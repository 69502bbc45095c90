"""No telephone: nobody calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pasarela.rails.payers import PhoneCall


class NoPhone:
    """A `PhoneRail` that brings nothing."""

    def on_call(self, callback: Callable[[PhoneCall], Awaitable[None]]) -> None:
        pass
