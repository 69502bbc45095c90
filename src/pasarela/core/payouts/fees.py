"""Takes fees from customers' balances for the merchant, and gives them back, whole."""

from __future__ import annotations

from datetime import datetime

from pasarela.core.context import Caller
from pasarela.core.ledger.model import Leg, Phase, Transfer
from pasarela.core.payouts import events
from pasarela.core.payouts.claiming import book_one, claim_order_id, hold_accounts
from pasarela.core.payouts.errors import FeeRefunded, ReplayMismatch, UnknownFee
from pasarela.core.payouts.model import ChargeFee, CustomerFee, RefundFee
from pasarela.core.payouts.rows import SQL, fee_of
from pasarela.core.payouts.rules import back, move_legs, source_of
from pasarela.infra.database import Database, Tx
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource

FEE, FEE_REFUND = "customer_fee", "customer_fee_refund"
"""Reason codes of the ledger's transfers."""


class CustomerFees:
    """The two verbs; built once, called concurrently."""

    def __init__(self, database: Database, outbox: Outbox, ids: IdSource, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def charge(self, caller: Caller, command: ChargeFee) -> CustomerFee:
        """The fee; the same id again answers the same.

        Raises `UnknownCustomer`, `NoAccount`, `OrderIdTaken`, `ledger.InsufficientFunds`, `ReplayMismatch`; nothing
        happened then.
        """
        tenant_id, at, amount = caller.tenant_id, self._clock.now(caller.tenant_id), command.amount
        async with self._database.batch() as tx:
            await hold_accounts(tx, tenant_id, [command.customer_id])
            await claim_order_id(tx, tenant_id, command.order_id, command.fee_id, at)
            row = await tx.fetchrow(
                SQL["insert_fee"],
                tenant_id,
                command.fee_id,
                command.customer_id,
                amount.currency.code,
                amount.minor,
                command.order_id,
                command.description,
                at,
            )
            if row is None:
                earlier = await tx.fetchrow(SQL["fee_by_id"], tenant_id, command.fee_id)
                assert earlier is not None, "its id was taken a moment ago, and fees are never deleted"
                return _same(fee_of(earlier), command)
            fee = fee_of(row)
            await self._tell(tx, fee, events.FEE_CHARGED, at)
            await book_one(tx, Transfer(tenant_id, f"{fee.fee_id}/fee", FEE, Phase.POSTED, _legs(fee), at))
        return fee

    async def refund(self, caller: Caller, command: RefundFee) -> CustomerFee:
        """The fee with its refund; the same refund id again answers the same.

        Raises `UnknownFee`, `FeeRefunded`, `UnknownCustomer` (deleted meanwhile), `ledger.InsufficientFunds` (of the
        merchant); nothing happened then.
        """
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        async with self._database.batch() as tx:
            row = await tx.fetchrow(SQL["lock_fee"], tenant_id, command.fee_id)
            if row is None:
                raise UnknownFee
            fee = fee_of(row)
            if fee.refund is not None:
                if fee.refund.refund_id != command.refund_id:
                    raise FeeRefunded
                return fee
            await hold_accounts(tx, tenant_id, [fee.customer_id])
            row = await tx.fetchrow(
                SQL["refund_fee"], tenant_id, fee.fee_id, command.refund_id, command.description, at
            )
            assert row is not None, "it is locked"
            await self._tell(tx, fee, events.FEE_REFUNDED, at)
            await book_one(
                tx,
                Transfer(tenant_id, f"{fee.fee_id}/refund", FEE_REFUND, Phase.POSTED, back(_legs(fee)), at),
            )
        return fee_of(row)

    async def _tell(self, tx: Tx, fee: CustomerFee, kind: str, at: datetime) -> None:
        told = events.event(self._ids.fresh("e"), fee.tenant_id, kind, fee.fee_id, at, customer_id=fee.customer_id)
        await self._outbox.append(tx, [told])


def _legs(fee: CustomerFee) -> tuple[Leg, ...]:
    return move_legs(source_of(fee.customer_id, fee.amount.currency), source_of(None, fee.amount.currency), fee.amount)


def _same(earlier: CustomerFee, command: ChargeFee) -> CustomerFee:
    content = (command.customer_id, command.amount, command.order_id, command.description)
    if (earlier.customer_id, earlier.amount, earlier.order_id, earlier.description) != content:
        raise ReplayMismatch
    return earlier
