"""What lists can be asked for, and the core's filters for it."""

from __future__ import annotations

from pasarela.core.payments.model import Level, PaymentFilter
from pasarela.facades.openpay.profile import Profile, StatusWord
from pasarela.facades.toolkit.fields import RULE_CHOICE, Amount, Day, Text, Whole
from pasarela.facades.toolkit.mexico_time import day_begins, day_ends
from pasarela.facades.toolkit.refusals import WrongValue
from pasarela.facades.toolkit.wire import WireModel, default
from pasarela.kernel.paging import CreatedBetween, Page

OFFSET_MAX = 1_000_000_000


class ListFilters(WireModel):
    """Every list's filters. A day is one of Mexico City's; `gte` and `lte` include theirs."""

    creation = Day()
    creation_gte = Day(name="creation[gte]")
    creation_lte = Day(name="creation[lte]")
    offset = default(Whole(0, OFFSET_MAX), 0)
    limit = default(Whole(1, 100), 10)

    def page(self) -> Page:
        return Page(self.offset, self.limit)

    def created(self) -> CreatedBetween:
        begins = [day_begins(day) for day in (self.creation, self.creation_gte) if day is not None]
        ends = [day_ends(day) for day in (self.creation, self.creation_lte) if day is not None]
        return CreatedBetween(max(begins, default=None), min(ends, default=None))


class ChargeFilters(ListFilters):
    """Cargos / Listado de cargos."""

    order_id = Text(100)
    amount = Amount(zero=True)
    amount_gte = Amount(zero=True, name="amount[gte]")
    amount_lte = Amount(zero=True, name="amount[lte]")
    status = Text(40)

    def wanted(self, profile: Profile, level: Level) -> PaymentFilter:
        """Raises `WrongValue` for a status that the provider does not have."""
        created, status = self.created(), self._status(profile)
        return PaymentFilter(
            created_from=created.at_least,
            created_before=created.before,
            amount=self.amount,
            amount_at_least=self.amount_gte,
            amount_at_most=self.amount_lte,
            statuses=status.statuses if status else None,
            refunded=status.refunded if status else None,
            order_id=self.order_id,
            level=level,
        )

    def _status(self, profile: Profile) -> StatusWord | None:
        if self.status is None:
            return None
        if (word := profile.status_words.get(self.status.upper())) is None:
            raise WrongValue(RULE_CHOICE, "status", f"must be one of: {', '.join(profile.status_words)}")
        return word
