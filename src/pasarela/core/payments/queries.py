"""Reads of payments for one tenant: one with its operations, or a filtered list, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from pasarela.core.context import Caller
from pasarela.core.payments.errors import UnknownPayment
from pasarela.core.payments.model import Level, Operation, Payment, PaymentFilter, Receipt, Sender
from pasarela.core.payments.rows import operation_of, payment_of, receipt_of
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.kernel.paging import Page

SQL = SqlFiles(__package__)

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)  # asyncpg sends these two as PostgreSQL's infinities


class PaymentQueries:
    """Reads under row-level security: another tenant's payment does not exist here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, caller: Caller, payment_id: str, level: Level | None = None) -> Payment:
        """The payment with its operations, oldest first. Raises `UnknownPayment`, also for one that `level` does not
        see."""
        async with self._database.tenant(caller.tenant_id) as tx:
            rows = await tx.fetch(SQL["read_payments"], [caller.tenant_id], [payment_id])
            if not rows:
                raise UnknownPayment
            payment = payment_of(rows[0])
            if level is not None and not level.sees(payment):
                raise UnknownPayment
            operations = await _operations(tx, [payment])
        return payment_of(rows[0], operations.get(payment_id, ()))

    async def tenant_of(self, payment_id: str) -> int:
        """Whose payment it is. Raises `UnknownPayment`."""
        rows = await self._database.batch_fetch(SQL["tenant_of_payment"], payment_id)
        if not rows:
            raise UnknownPayment
        tenant_id: int = rows[0]["tenant_id"]
        return tenant_id

    async def in_review(self, tenant_id: int, most: int) -> tuple[Payment, ...]:
        """Payments that somebody has to look at, oldest first."""
        async with self._database.tenant(tenant_id) as tx:
            rows = await tx.fetch(SQL["payments_in_review"], tenant_id, most)
        return tuple(payment_of(row) for row in rows)

    async def by_reference(self, reference: str) -> Payment:
        """The payment of whatever tenant that a payer names by `reference`. Raises `UnknownPayment`."""
        rows = await self._database.batch_fetch(SQL["payment_by_reference"], reference)
        if not rows:
            raise UnknownPayment
        key = ([rows[0]["tenant_id"]], [rows[0]["payment_id"]])
        found = await self._database.batch_fetch(SQL["read_payments"], *key)
        return payment_of(found[0])

    async def several(self, tx: Tx, keys: Sequence[tuple[int, str]]) -> Sequence[Payment]:
        """Those of these payments, each by tenant and id, that there are; without their operations. For work that
        concerns many tenants: `tx` is the batch role's."""
        rows = await tx.fetch(SQL["read_payments"], [key[0] for key in keys], [key[1] for key in keys])
        return [payment_of(row) for row in rows]

    async def receipt(self, receipt_id: str) -> Receipt | None:
        """What was done with the money that came in under this id, whosever it was."""
        rows = await self._database.batch_fetch(SQL["read_receipt"], receipt_id)
        return receipt_of(rows[0]) if rows else None

    async def sender(self, caller: Caller, payment_id: str) -> Sender | None:
        """Who paid it by transfer; `None` for any other payment, and where the bank did not say."""
        async with self._database.tenant(caller.tenant_id) as tx:
            found = await tx.fetchval(SQL["sender_of_payment"], caller.tenant_id, payment_id)
        return msgspec.json.decode(found, type=Sender) if found is not None else None

    async def list(self, caller: Caller, wanted: PaymentFilter, page: Page) -> list[Payment]:
        """Payments that match every given condition, by creation instant then id, newest first, with operations."""
        async with self._database.tenant(caller.tenant_id) as tx:
            several = wanted.statuses is not None and len(wanted.statuses) > 1
            sql = SQL["list_payments_of_statuses" if several else "list_payments"]
            rows = await tx.fetch(sql, caller.tenant_id, *_arguments(wanted), page.offset, page.limit)
            touched = [payment_of(row) for row in rows if row["refunded"] or row["refunding"]]
            operations = await _operations(tx, touched)
        return [payment_of(row, operations.get(row["payment_id"], ())) for row in rows]


async def _operations(tx: Tx, payments: Sequence[Payment]) -> dict[str, list[Operation]]:
    if not payments:
        return {}
    by_id = {payment.payment_id: payment for payment in payments}
    rows = await tx.fetch(
        SQL["operations_of"],
        [payment.tenant_id for payment in payments],
        [one.payment_id for one in payments],
    )
    found: dict[str, list[Operation]] = {}
    for row in rows:
        currency = by_id[row["payment_id"]].amount.currency
        found.setdefault(row["payment_id"], []).append(operation_of(row, currency))
    return found


def _arguments(wanted: PaymentFilter) -> list[object]:
    customer_id = wanted.level.customer_id if wanted.level else None
    return [
        wanted.created_from or _BEGINNING,
        wanted.created_before or _END,
        wanted.amount,
        wanted.amount_at_least,
        wanted.amount_at_most,
        [status.value for status in wanted.statuses] if wanted.statuses is not None else None,
        wanted.refunded,
        wanted.order_id,
        customer_id,
        wanted.level is not None and customer_id is None,
    ]
