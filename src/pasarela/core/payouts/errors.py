"""Why a verb of money out refuses. Each is mapped by every dialect that can meet it."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class UnknownBankAccount(Refusal):
    """No such bank account."""

    rule = "bank_account.unknown"


class BankAccountTaken(Refusal):
    """The owner has registered a bank account with this CLABE already."""

    rule = "bank_account.clabe_unique"
    field = "clabe"


class WrongClabe(Refusal):
    """The CLABE is not 18 digits, or its control digit or its bank is wrong."""

    rule = "bank_account.clabe"
    field = "clabe"


class UnknownPayout(Refusal):
    """No such payout."""

    rule = "payout.unknown"


class UnknownDestination(Refusal):
    """The owner has no bank account and no card with this id."""

    rule = "payout.destination_exists"
    field = "destination_id"


class BankNotReachable(Refusal):
    """The bank of this CLABE takes no SPEI transfers any more."""

    rule = "payout.bank_reachable"
    field = "clabe"


class CardTakesNoPayouts(Refusal):
    """No money can be sent to this card."""

    rule = "payout.card_allows_payouts"
    field = "destination_id"


class WrongDestinationType(Refusal):
    """The destination is not of the method that was asked for."""

    rule = "payout.method"
    field = "method"


class OrderIdTaken(Refusal):
    """Another transaction of this merchant has the same order id."""

    rule = "payment.order_id_unique"
    field = "order_id"

    def __init__(self, order_id: str, earlier: str) -> None:
        super().__init__(f"order id {order_id!r} was used by {earlier}")
        self.order_id = order_id
        self.earlier = earlier


class NotInState(Refusal):
    """The payout is not in a state that allows this."""

    rule = "payout.state"

    def __init__(self, payout_id: str, status: str, operation: str) -> None:
        super().__init__(f"{operation} is not possible: {payout_id} is {status}")
        self.payout_id = payout_id
        self.status = status
        self.operation = operation


class NoReport(Refusal):
    """Only automatic payouts have a report."""

    rule = "payout.report_automatic"


class NoAccount(Refusal):
    """The customer holds no balance with us."""

    rule = "customer.has_account"
    field = "customer_id"

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"The customer with id '{customer_id}' has no account")
        self.customer_id = customer_id


class TransferTooSmall(Refusal):
    """A transfer moves more than one peso."""

    rule = "transfer.more_than_one"
    field = "amount"


class SameCustomer(Refusal):
    """A transfer goes to somebody else."""

    rule = "transfer.two_customers"
    field = "customer_id"


class UnknownTransfer(Refusal):
    """No such transfer."""

    rule = "transfer.unknown"


class UnknownFee(Refusal):
    """No such fee."""

    rule = "fee.unknown"


class FeeRefunded(Refusal):
    """The fee was given back before."""

    rule = "fee.refunded_once"


class ReplayMismatch(Refusal):
    """The same id was sent before with other content."""

    rule = "idempotency.same_content"
