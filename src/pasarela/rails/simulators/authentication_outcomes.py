"""How the simulated issuer authenticates which card: read from `outcomes.json`, the table that people read, too."""

from __future__ import annotations

import json
from enum import Enum
from functools import lru_cache
from importlib import resources

from pasarela.kernel.cards import brand_of
from pasarela.kernel.secret import Secret
from pasarela.rails.emv3ds.eci import ENROLLED


class Behaviour(Enum):
    """The words of the table's column `three_d_secure`."""

    AUTHENTICATED = "frictionless, authenticated"
    REFUSED = "frictionless, refused"
    ATTEMPTED = "frictionless, attempted"
    UNAVAILABLE = "frictionless, unavailable"
    REJECTED = "frictionless, rejected"
    CHALLENGE = "challenge, passes with code 1234"
    CHALLENGE_FAILS = "challenge, always fails"
    CHALLENGE_UNAVAILABLE = "challenge, unavailable after it"
    ERROR = "the directory answers an error"
    SILENCE = "the directory does not answer"


CHALLENGES = frozenset({Behaviour.CHALLENGE, Behaviour.CHALLENGE_FAILS, Behaviour.CHALLENGE_UNAVAILABLE})


def behaviour_of(pan: Secret) -> Behaviour:
    """A card in no table is authenticated without a challenge; of a brand without a programme nobody can say."""
    number = pan.reveal()
    if brand_of(number) not in ENROLLED:
        return Behaviour.UNAVAILABLE
    return _table().get(number, Behaviour.AUTHENTICATED)


@lru_cache(maxsize=1)
def _table() -> dict[str, Behaviour]:
    table = json.loads(resources.files(__package__).joinpath("outcomes.json").read_text("utf-8"))
    return {card["number"]: Behaviour(card["three_d_secure"]) for card in table["cards"] if "three_d_secure" in card}
