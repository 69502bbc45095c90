"""Why an authentication does not begin."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class StillAuthenticating(Refusal):
    """The issuer is being asked about this payment just now."""

    rule = "authentication.one_at_a_time"


class NothingToAuthenticate(Refusal):
    """No card is known that this payment is to be paid with."""

    rule = "authentication.card_known"
