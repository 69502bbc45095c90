"""Creates a payout: its money is reserved at once and leaves with the batch of the next bank day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pasarela.core.context import Caller
from pasarela.core.ledger.model import Phase, Transfer
from pasarela.core.payouts import events
from pasarela.core.payouts.claiming import book_one, claim_order_id, hold_accounts
from pasarela.core.payouts.destinations import Destinations, Resolved
from pasarela.core.payouts.errors import ReplayMismatch
from pasarela.core.payouts.model import CreatePayout, Payout, PayoutKind, PayoutStatus
from pasarela.core.payouts.rows import SQL, payout_arguments, payout_of
from pasarela.core.payouts.rules import batch_after, payout_legs, source_of
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.database import Database, Tx
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource

SEND = "payouts.send"
"""The due work that sends a payout with its batch."""

PAYOUT = "payout"
"""The reason code of its transfers."""


def reserve_id(payout_id: str) -> str:
    """The ledger transfer that reserves a payout's money."""
    return f"{payout_id}/reserve"


@dataclass(frozen=True, slots=True)
class Reserving:
    """Records payouts with their money, for whoever wants one."""

    outbox: Outbox
    due_work: DueWork
    ids: IdSource

    async def reserve(self, tx: Tx, payout: Payout) -> Payout | None:
        """Books the new payout; `None` when one with its id is there already.

        Raises `OrderIdTaken`, `ledger.InsufficientFunds`. Locks the account that pays until the transaction ends.
        """
        tenant_id, at = payout.tenant_id, payout.created_at
        await claim_order_id(tx, tenant_id, payout.order_id, payout.payout_id, at)
        row = await tx.fetchrow(SQL["insert_payout"], *payout_arguments(payout))
        if row is None:
            return None
        await self.due_work.schedule(tx, [DueKey(tenant_id, SEND, payout.payout_id).at(payout.batch_at)])
        if payout.kind is not PayoutKind.RETURN:
            created = events.event(
                self.ids.fresh("e"),
                tenant_id,
                events.PAYOUT_CREATED,
                payout.payout_id,
                at,
                customer_id=payout.customer_id,
            )
            await self.outbox.append(tx, [created])
        legs = payout_legs(payout.source_account, payout.amount)
        reserved = Transfer(tenant_id, reserve_id(payout.payout_id), PAYOUT, Phase.PENDING, legs, at)
        await book_one(tx, reserved)
        return payout_of(row)


class CreatePayoutVerb:
    """The verb; built once, called concurrently."""

    def __init__(
        self, database: Database, destinations: Destinations, sealer: Sealer, reserving: Reserving, clock: Clock
    ) -> None:
        self._database = database
        self._destinations = destinations
        self._sealer = sealer
        self._reserving = reserving
        self._clock = clock

    async def __call__(self, caller: Caller, command: CreatePayout) -> Payout:
        """The payout, `SCHEDULED`; the same id again answers the payout as it stands now.

        Raises `UnknownCustomer`, `NoAccount`, what `Destinations.of` raises, `OrderIdTaken`,
        `ledger.InsufficientFunds`, `ReplayMismatch`; nothing happened then.
        """
        tenant_id = caller.tenant_id
        resolved = await self._destinations.of(tenant_id, command)
        payout = _new(tenant_id, command, resolved, self._clock.now(tenant_id))
        fresh = [resolved.fresh] if resolved.fresh is not None else []
        async with self._database.batch() as tx:
            if command.customer_id is not None:
                await hold_accounts(tx, tenant_id, [command.customer_id])
            await self._sealer.store(tx, fresh, payout.created_at)
            made = await self._reserving.reserve(tx, payout) or await _earlier(tx, payout)
        self._sealer.remember(fresh)
        return made


def _new(tenant_id: int, command: CreatePayout, resolved: Resolved, at: datetime) -> Payout:
    return Payout(
        tenant_id=tenant_id,
        payout_id=command.payout_id,
        kind=PayoutKind.MANUAL,
        customer_id=command.customer_id,
        status=PayoutStatus.SCHEDULED,
        amount=command.amount,
        source_account=source_of(command.customer_id, command.amount.currency),
        order_id=command.order_id,
        description=command.description,
        destination=resolved.destination,
        fingerprint=resolved.fingerprint,
        tracking_key=tracking_key(command.payout_id),
        returns=None,
        operation_date=None,
        failure=None,
        batch_at=batch_after(at),
        created_at=at,
        operated_at=at,
    )


def tracking_key(payout_id: str) -> str:
    """Its order's name on SPEI, which answers print as the authorisation."""
    return payout_id.upper()


async def _earlier(tx: Tx, payout: Payout) -> Payout:
    """What a repeated command gets: the same payout, if it is the same command. Raises `ReplayMismatch`."""
    row = await tx.fetchrow(SQL["payout_by_id"], payout.tenant_id, payout.payout_id)
    assert row is not None, "its id was taken a moment ago, and payouts are never deleted"
    earlier = payout_of(row)
    if _content(earlier) != _content(payout):
        raise ReplayMismatch
    return earlier


def _content(payout: Payout) -> tuple[object, ...]:
    return (
        payout.customer_id,
        payout.amount,
        payout.order_id,
        payout.description,
        payout.destination,
        payout.fingerprint,
    )
