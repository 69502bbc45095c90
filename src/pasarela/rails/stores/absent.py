"""No stores: nobody asks and nobody pays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pasarela.rails.payers import StorePayment, TillAnswer, TillQuestion


class NoStores:
    """A `StoreRail` that brings nothing."""

    def on_question(self, callback: Callable[[TillQuestion], Awaitable[TillAnswer]]) -> None:
        pass

    def on_payment(self, callback: Callable[[StorePayment], Awaitable[None]]) -> None:
        pass
