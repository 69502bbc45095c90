"""Why a change of risk settings is refused. A refused sale is no error here: it is a verdict."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class UnknownRule(Refusal):
    """No rule with a limit has this name."""

    rule = "unknown_rule"
    field = "rule"


class BadLimit(Refusal):
    """A limit is a whole number, zero or more."""

    rule = "bad_limit"
    field = "value"


class BadEntry(Refusal):
    """The entry does not fit its list: a BIN has six digits, a card number a right check digit."""

    rule = "bad_entry"
    field = "entry"


class UnknownEntry(Refusal):
    """The list has no such entry."""

    rule = "unknown_entry"
    field = "entry"
