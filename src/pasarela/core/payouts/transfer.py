"""Moves money from one customer's balance to another's, at once. Each of them sees it as a transaction of his own."""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.ledger.model import Phase, Transfer
from pasarela.core.payouts import events
from pasarela.core.payouts.claiming import book_one, claim_order_id, hold_accounts
from pasarela.core.payouts.errors import ReplayMismatch, SameCustomer, TransferTooSmall
from pasarela.core.payouts.model import CustomerTransfer, TransferMoney
from pasarela.core.payouts.rows import SQL, transfer_of
from pasarela.core.payouts.rules import TRANSFER_OVER, move_legs, source_of
from pasarela.infra.database import Database
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource


class TransferBetweenCustomers:
    """The verb; built once, called concurrently."""

    def __init__(self, database: Database, outbox: Outbox, ids: IdSource, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def __call__(self, caller: Caller, command: TransferMoney) -> CustomerTransfer:
        """The transfer; the same id again answers the same.

        Raises `TransferTooSmall`, `SameCustomer`, `UnknownCustomer`, `NoAccount`, `OrderIdTaken`,
        `ledger.InsufficientFunds`, `ReplayMismatch`; nothing happened then.
        """
        if command.amount.minor <= TRANSFER_OVER:
            raise TransferTooSmall
        if command.payer_id == command.payee_id:
            raise SameCustomer
        tenant_id, at = caller.tenant_id, self._clock.now(caller.tenant_id)
        payer, payee, amount = command.payer_id, command.payee_id, command.amount
        async with self._database.batch() as tx:
            await hold_accounts(tx, tenant_id, [payer, payee])
            await claim_order_id(tx, tenant_id, command.order_id, command.transfer_id, at)
            row = await tx.fetchrow(
                SQL["insert_transfer"],
                tenant_id,
                command.transfer_id,
                payer,
                payee,
                amount.currency.code,
                amount.minor,
                command.order_id,
                command.description,
                at,
            )
            if row is None:
                earlier = await tx.fetchrow(SQL["transfer_by_id"], tenant_id, command.transfer_id)
                assert earlier is not None, "its id was taken a moment ago, and transfers are never deleted"
                return _same(transfer_of(earlier), command)
            told = events.event(
                self._ids.fresh("e"),
                tenant_id,
                events.TRANSFER_COMPLETED,
                command.transfer_id,
                at,
                payer_id=payer,
                payee_id=payee,
            )
            await self._outbox.append(tx, [told])
            legs = move_legs(source_of(payer, amount.currency), source_of(payee, amount.currency), amount)
            await book_one(
                tx, Transfer(tenant_id, f"{command.transfer_id}/transfer", "transfer", Phase.POSTED, legs, at)
            )
        return transfer_of(row)


def _same(earlier: CustomerTransfer, command: TransferMoney) -> CustomerTransfer:
    content = (command.payer_id, command.payee_id, command.amount, command.order_id, command.description)
    if (earlier.payer_id, earlier.payee_id, earlier.amount, earlier.order_id, earlier.description) != content:
        raise ReplayMismatch
    return earlier
