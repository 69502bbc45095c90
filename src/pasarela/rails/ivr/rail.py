"""The door at which the telephone tells that a payer has called (`calls`).

A call is a JSON object: `call_id`, `reference`, `key`, and `card` with `card_number`, `holder_name`,
`expiration_month`, `expiration_year` (four digits) and `cvv2`, all strings. A card that can't be one is refused here:
nothing of it is kept, nor told to anybody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec

from pasarela.kernel.cards import CardData, Expiry, brand_of
from pasarela.kernel.secret import Secret, luhn_valid
from pasarela.rails.doors import Answered, DoorSettings, NotUnderstood, read, told
from pasarela.rails.payers import PhoneCall

CALLS = "calls"

_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"^[!-~]+$")]


class _Card(msgspec.Struct):
    card_number: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12,19}$")]
    expiration_month: Annotated[str, msgspec.Meta(pattern=r"^(0[1-9]|1[0-2])$")]
    expiration_year: Annotated[str, msgspec.Meta(pattern=r"^20[0-9]{2}$")]
    cvv2: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{3,4}$")]
    holder_name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)] = "PAYER BY TELEPHONE"


class _Said(msgspec.Struct):
    call_id: _Word
    reference: _Word
    key: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,12}$")]
    card: _Card


class PhoneDoor:
    """A `PhoneRail` over HTTP."""

    def __init__(self, settings: DoorSettings) -> None:
        self._settings = settings
        self._heard: Callable[[PhoneCall], Awaitable[None]] | None = None

    def on_call(self, callback: Callable[[PhoneCall], Awaitable[None]]) -> None:
        assert self._heard is None, "one hears for the whole platform"
        self._heard = callback

    async def received(self, kind: str, authorization: str | None, message: bytes) -> Answered:
        """401 without the telephone's credentials, 404 for another door, 400 for what can't be read."""
        if not self._settings.admits(authorization):
            return told(401, error="credentials")
        if kind != CALLS:
            return told(404, error="no such door")
        try:
            said = read(_Said, message)
            card = _card(said.card)
        except NotUnderstood as error:
            return told(400, error=str(error))
        assert self._heard is not None, "wiring registers who hears before the door opens"
        await self._heard(PhoneCall(said.call_id, said.reference, said.key, card))
        return told(200, stored=True)


def _card(said: _Card) -> CardData:
    if not luhn_valid(said.card_number) or brand_of(said.card_number) is None:
        raise NotUnderstood("card_number")
    expiry = Expiry(int(said.expiration_year), int(said.expiration_month))
    return CardData(Secret(said.card_number), said.holder_name, expiry, Secret(said.cvv2))
