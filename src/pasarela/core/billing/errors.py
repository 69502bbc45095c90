"""Why a billing verb refuses. Each is mapped by every dialect that can meet it."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class UnknownPlan(Refusal):
    """There is no such plan, or it was deleted."""

    rule = "plan.unknown"
    field = "plan_id"


class UnknownSubscription(Refusal):
    """The customer has no such subscription."""

    rule = "subscription.unknown"


class SubscriptionEnded(Refusal):
    """The subscription is in no state that allows this."""

    rule = "subscription.state"

    def __init__(self, status: str) -> None:
        super().__init__(f"the subscription is {status}")
        self.status = status


class SubscriptionNotNamed(Refusal):
    """The customer has several subscriptions, and the call does not say which one it means."""

    rule = "subscription.named"
    field = "id"


class TrialEndsTooEarly(Refusal):
    """The current period is paid: a trial can only follow it."""

    rule = "subscription.trial_after_paid_period"
    field = "trial_end_date"


class ChargeUnderWay(Refusal):
    """The subscription is being charged just now; ask again when that has ended."""

    rule = "subscription.charge_ended"


class ReplayMismatch(Refusal):
    """The same id was sent before with other content."""

    rule = "idempotency.same_content"
