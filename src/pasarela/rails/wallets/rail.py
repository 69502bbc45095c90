"""The door at which a wallet tells what its payers answered (`answers`), and the address at which it takes money back.

Messages are JSON objects: `answer_id`, `reference`, `approved`, and `amount` as pesos in a string when it is approved.
What is not wanted is posted back: `answer_id`, `reference`, `amount`; any 2xx means that it was taken.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

import msgspec

from pasarela.rails.doors import Answered, DoorSettings, NotUnderstood, pesos, read, told
from pasarela.rails.payers import WalletAnswer, WalletAway

ANSWERS = "answers"

_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[!-~]+$")]


class _Said(msgspec.Struct):
    answer_id: _Word
    reference: _Word
    approved: bool
    amount: Annotated[str, msgspec.Meta(max_length=20)] | None = None


class PostJson(Protocol):
    """Posts JSON with HTTP Basic credentials and answers the status; `None` when nobody answered."""

    async def __call__(self, url: str, body: bytes, user: str, password: str) -> int | None: ...


@dataclass(frozen=True, slots=True)
class WalletSettings:
    """`door`: as whom the wallet knocks, and we knock there. `returns_url`: where money goes back."""

    door: DoorSettings
    returns_url: str


class WalletDoor:
    """A `WalletRail` over HTTP."""

    def __init__(self, settings: WalletSettings, post: PostJson) -> None:
        self._settings = settings
        self._post = post
        self._heard: Callable[[WalletAnswer], Awaitable[None]] | None = None

    def on_answer(self, callback: Callable[[WalletAnswer], Awaitable[None]]) -> None:
        assert self._heard is None, "one hears for the whole platform"
        self._heard = callback

    async def give_back(self, answer: WalletAnswer) -> None:
        assert answer.amount is not None, "only what was paid goes back"
        body = {"answer_id": answer.answer_id, "reference": answer.reference, "amount": answer.amount.text()}
        door = self._settings.door
        status = await self._post(
            self._settings.returns_url, msgspec.json.encode(body), door.user, door.password.reveal()
        )
        if status is None or not 200 <= status < 300:
            raise WalletAway(f"the wallet answered {status} to what goes back")

    async def received(self, kind: str, authorization: str | None, message: bytes) -> Answered:
        """401 without the wallet's credentials, 404 for another door, 400 for what can't be read."""
        if not self._settings.door.admits(authorization):
            return told(401, error="credentials")
        if kind != ANSWERS:
            return told(404, error="no such door")
        try:
            said = read(_Said, message)
            if said.approved and said.amount is None:
                raise NotUnderstood("amount")
            amount = pesos(said.amount) if said.approved and said.amount is not None else None
        except NotUnderstood as error:
            return told(400, error=str(error))
        assert self._heard is not None, "wiring registers who hears before the door opens"
        await self._heard(WalletAnswer(said.answer_id, said.reference, amount))
        return told(200, stored=True)
