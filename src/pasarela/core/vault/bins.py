"""What the first digits of a card tell: bank, kind, points. A table (`data/bins.json`); asks nobody."""

from __future__ import annotations

import json
from importlib.resources import files

from pasarela.core.vault.model import CardFacts, Issuer
from pasarela.kernel.cards import Brand, brand_of, mask

BIN_DIGITS = 6

UNKNOWN = Issuer("DESCONOCIDO", "000", "debit", None)

_ISSUERS: dict[str, Issuer] = {
    prefix: Issuer(*row)
    for prefix, row in json.loads(files(__package__).joinpath("data", "bins.json").read_text(encoding="utf-8"))[
        "issuers"
    ].items()
}
_LONGEST = max(map(len, _ISSUERS))
_SHORTEST = min(map(len, _ISSUERS))


def issuer_of(digits: str) -> Issuer:
    """The issuer of numbers that begin with `digits`: the longest prefix known, or `UNKNOWN`."""
    for length in range(min(len(digits), _LONGEST), _SHORTEST - 1, -1):
        issuer = _ISSUERS.get(digits[:length])
        if issuer is not None:
            return issuer
    return UNKNOWN


def facts_of(pan: str) -> CardFacts:
    """What may be shown of the card `pan`, whose brand must be known."""
    brand = brand_of(pan)
    assert brand is not None, "rules.check refuses a number of no brand"
    return facts(pan[:BIN_DIGITS], mask(pan), brand)


def facts(card_bin: str, masked: str, brand: Brand) -> CardFacts:
    """The same from what is stored beside a sealed number."""
    issuer = issuer_of(card_bin)
    return CardFacts(
        masked=masked,
        brand=brand,
        kind=issuer.kind,
        bank_name=issuer.bank_name,
        bank_code=issuer.bank_code,
        points=issuer.points,
        allows_charges=True,
        # Banks take transfers to debit cards; nobody knows where to send one for an unknown bank.
        allows_payouts=issuer.kind == "debit" and issuer is not UNKNOWN,
    )
