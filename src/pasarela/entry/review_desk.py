"""What people decide about payments that are held for review: by the payment's id alone, as they see it."""

from __future__ import annotations

from collections.abc import Sequence

from pasarela.core.payments.model import Payment
from pasarela.core.payments.slice import Payments


class ReviewDesk:
    """Answers `control.plane.ReviewDesk`."""

    def __init__(self, payments: Payments) -> None:
        self._payments = payments

    async def in_review(self, tenant_id: int, most: int) -> Sequence[Payment]:
        return await self._payments.queries.in_review(tenant_id, most)

    async def release(self, payment_id: str) -> Payment:
        return await self._payments.review.release(await self._payments.queries.tenant_of(payment_id), payment_id)

    async def decline(self, payment_id: str) -> Payment:
        return await self._payments.review.decline(await self._payments.queries.tenant_of(payment_id), payment_id)
