"""No wallets: nobody answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pasarela.rails.payers import WalletAnswer, WalletAway


class NoWallets:
    """A `WalletRail` that brings nothing, and takes nothing back."""

    def on_answer(self, callback: Callable[[WalletAnswer], Awaitable[None]]) -> None:
        pass

    async def give_back(self, answer: WalletAnswer) -> None:
        raise WalletAway(f"there is no wallet here that would take {answer.answer_id} back")
