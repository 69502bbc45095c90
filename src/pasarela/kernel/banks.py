"""Mexican banks by the first three digits of a CLABE: the name that is printed, and the institution on SPEI.

Retired banks keep their names, because people's old CLABEs still show them; no transfer reaches them. The table
is `data/banks.json`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Bank:
    """`code` begins its CLABEs. `institution` is its five-digit number on SPEI; `None`: it is no longer there."""

    code: str
    name: str
    institution: str | None

    @property
    def reachable(self) -> bool:
        """Whether a transfer can be sent to it."""
        return self.institution is not None


_BANKS: dict[str, Bank] = {
    code: Bank(code, *row)
    for code, row in json.loads(files(__package__).joinpath("data", "banks.json").read_text(encoding="utf-8"))[
        "banks"
    ].items()
}
_BY_INSTITUTION = {bank.institution: bank for bank in _BANKS.values() if bank.institution is not None}


def bank_of(clabe: str) -> Bank | None:
    """The bank of a CLABE; `None` when no bank has ever had such accounts."""
    return _BANKS.get(clabe[:3])


def bank_of_institution(institution: str) -> Bank | None:
    """The bank with this number on SPEI."""
    return _BY_INSTITUTION.get(institution)


def reachable_banks() -> tuple[Bank, ...]:
    """All banks that a transfer can be sent to, in the order of their codes."""
    return tuple(bank for bank in _BANKS.values() if bank.reachable)


def mask(clabe: str) -> str:
    """As answers show an account: `012XXXXXXXXXX24616`."""
    return f"{clabe[:3]}{'X' * (len(clabe) - 8)}{clabe[-5:]}"
