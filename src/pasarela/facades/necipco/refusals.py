"""What this dialect refuses before the core is asked, beside what all dialects refuse."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class SentInClear(Refusal):
    """A card number or a PIN came without encryption."""

    rule = "necipco.encrypted"

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} must be encrypted with the system's public key; never send it in clear", field=field)


class Undecipherable(Refusal):
    """A value can't be decrypted with the system's private key, or is not what should be in it."""

    rule = "necipco.decryption"

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} can't be used", field=field)


class NoFilter(Refusal):
    """At least one filter must be given."""

    rule = "necipco.filter_given"


class NotValidated(Refusal):
    """A PIN or an authentication was not right, or is not looked at: `why`, in a call whose answer says so as data."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(str(why), field=why.field)
        self.rule = why.rule
        self.why = why
