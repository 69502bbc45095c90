"""A wallet in a box: its payer approves or refuses; what is not wanted it takes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pasarela.kernel.money import Money
from pasarela.rails.payers import WalletAnswer


class WalletSimulator:
    """A `WalletRail` with a payer. `given_back` holds what came back, by its answer's id."""

    def __init__(self) -> None:
        self.given_back: dict[str, Money] = {}
        self._heard: Callable[[WalletAnswer], Awaitable[None]] | None = None

    def on_answer(self, callback: Callable[[WalletAnswer], Awaitable[None]]) -> None:
        assert self._heard is None, "one hears for the whole platform"
        self._heard = callback

    async def give_back(self, answer: WalletAnswer) -> None:
        assert answer.amount is not None, "only what was paid goes back"
        self.given_back[answer.answer_id] = answer.amount

    async def answer(self, answer: WalletAnswer) -> None:
        """The payer has made up his mind."""
        assert self._heard is not None, "wiring registers who hears before anybody answers"
        await self._heard(answer)
