"""Why a payment verb refuses. Each is mapped by every dialect that can meet it."""

from __future__ import annotations

from pasarela.core.payments.model import Payment, ReceiptOutcome
from pasarela.kernel.decline import Decline
from pasarela.kernel.errors import Refusal


class UnknownPayment(Refusal):
    """No such payment."""

    rule = "payment.unknown"


class OrderIdTaken(Refusal):
    """Another transaction of this merchant has the same order id."""

    rule = "payment.order_id_unique"
    field = "order_id"

    def __init__(self, order_id: str, earlier_payment_id: str) -> None:
        super().__init__(f"order id {order_id!r} was used by {earlier_payment_id}")
        self.order_id = order_id
        self.earlier_payment_id = earlier_payment_id


class UnknownSource(Refusal):
    """No such card or token."""

    rule = "payment.source_exists"
    field = "source_id"


class SourceSpent(Refusal):
    """The token has been used or has expired."""

    rule = "payment.token_single_use"
    field = "source_id"


class InstalmentsNotAllowed(Refusal):
    """Only credit cards pay in instalments."""

    rule = "payment.instalments_by_credit_only"
    field = "instalments"


class CardHasNoPoints(Refusal):
    """The card collects no points that could pay."""

    rule = "payment.points_card"
    field = "source_id"


class PointsNotAllowed(Refusal):
    """Points pay in pesos, and what they pay alone can't be split into instalments."""

    rule = "payment.points"
    field = "points"


class PointsNotTold(Refusal):
    """The card's issuer does not say how many points it has."""

    rule = "payment.points_told"


class PaymentTooLarge(Refusal):
    """No card network carries such an amount."""

    rule = "payment.amount_carried"
    field = "amount"


class PaymentDeclined(Refusal):
    """The payment was refused by the issuer, the network or a risk rule; it is stored as declined."""

    rule = "payment.declined"

    def __init__(self, payment: Payment, decline: Decline, code: str, matched_rules: tuple[str, ...] = ()) -> None:
        super().__init__(f"declined: {decline.value} ({code})")
        self.payment = payment
        self.decline = decline
        self.code = code
        self.matched_rules = matched_rules


class OutcomeUnknown(Refusal):
    """The card network did not answer in time; whatever it did is being reversed."""

    rule = "payment.outcome_unknown"

    def __init__(self, payment_id: str) -> None:
        super().__init__(f"no answer from the card network for {payment_id}; it is being reversed")
        self.payment_id = payment_id


class StillAuthorizing(Refusal):
    """Somebody is paying this payment just now; what comes of it is not known yet."""

    rule = "payment.one_try_at_a_time"

    def __init__(self, payment_id: str) -> None:
        super().__init__(f"{payment_id} is being paid just now")
        self.payment_id = payment_id


class NotInState(Refusal):
    """The payment is not in a state that allows this operation."""

    rule = "payment.state"

    def __init__(self, payment_id: str, status: str, operation: str) -> None:
        super().__init__(f"{operation} is not possible: {payment_id} is {status}")
        self.payment_id = payment_id
        self.status = status
        self.operation = operation


class AmountTooLarge(Refusal):
    """More than what is left to capture or refund."""

    rule = "payment.amount_within_left"
    field = "amount"


class OperationDeclined(Refusal):
    """The network refused a capture or a refund of an approved payment."""

    rule = "payment.operation_declined"

    def __init__(self, payment_id: str, decline: Decline, code: str) -> None:
        super().__init__(f"the network refused: {decline.value} ({code})")
        self.payment_id = payment_id
        self.decline = decline
        self.code = code


class ReplayMismatch(Refusal):
    """The same id was sent before with other content."""

    rule = "idempotency.same_content"


class CardRefused(Refusal):
    """The issuer refuses the card; it is not saved."""

    rule = "payment.card_verified"

    def __init__(self, decline: Decline, code: str) -> None:
        super().__init__(f"the issuer refuses the card: {decline.value} ({code})")
        self.decline = decline
        self.code = code


class DueDatePassed(Refusal):
    """The payment would have to be made before now."""

    rule = "payment.due_in_future"
    field = "due_date"


class NotRefundable(Refusal):
    """Only what was paid by card can be given back this way."""

    rule = "payment.refund_by_card_only"


class PaymentNotTaken(Refusal):
    """The money is not taken: late, short, over, a second time, or for nobody."""

    rule = "payment.taken_at_counter"

    def __init__(self, outcome: ReceiptOutcome, payment_id: str | None) -> None:
        super().__init__(f"not taken: {outcome.value}")
        self.outcome = outcome
        self.payment_id = payment_id
