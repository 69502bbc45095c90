"""Cards that everybody knows (`data/known_cards.json`): test cards, and what the documents print."""

from __future__ import annotations

import json
from importlib.resources import files

from pasarela.kernel.cards import Expiry

_KNOWN = json.loads(files(__package__).joinpath("data", "known_cards.json").read_text(encoding="utf-8"))

TEST_PANS: frozenset[str] = frozenset(_KNOWN["test"])
"""Numbers that never work in production."""

PRINTED: frozenset[tuple[str, Expiry]] = frozenset(
    (card["pan"], Expiry(card["year"], card["month"])) for card in _KNOWN["printed"]
)
"""Numbers with the very expiry that a document prints with them; test mode takes these as unexpired."""
