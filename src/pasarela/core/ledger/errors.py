"""Why the ledger refuses a transfer. A refused transfer leaves no trace."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class InsufficientFunds(Refusal):
    """The account does not hold enough for this transfer."""

    rule = "ledger.floor"
    field = "amount"

    def __init__(self, account: str, available: int, asked: int) -> None:
        super().__init__(f"{account} has {available} minor units available, {asked} were asked for")
        self.account = account
        self.available = available
        self.asked = asked


class TransferConflict(Refusal):
    """A transfer with this id but other content is already booked."""

    rule = "ledger.transfer_id_unique"


class AlreadySettled(Refusal):
    """The pending transfer was posted or voided before."""

    rule = "ledger.settled_once"


class UnknownPending(Refusal):
    """There is no pending transfer with this id."""

    rule = "ledger.pending_exists"


class MoreThanPending(Refusal):
    """A posting asks for more than was reserved."""

    rule = "ledger.post_within_pending"
