"""Sends a deposit back that nobody may keep (late, short, a second time), by an order of its own at once.

The money is reserved on the account that holds it; the port through which payments, which stand beside this slice,
send money back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pasarela.core.payouts.create_payout import Reserving, tracking_key
from pasarela.core.payouts.model import AccountDestination, Destination, Payout, PayoutKind, PayoutStatus
from pasarela.infra.database import Tx
from pasarela.kernel.money import Money


@dataclass(frozen=True, slots=True)
class DepositToReturn:
    """`return_id` is made by the caller: the same id again is the same return. `held_on` is the ledger account that
    the deposit lies on; `deposit_key` its tracking key; `clabe` the sender's account."""

    tenant_id: int
    return_id: str
    amount: Money
    held_on: str
    deposit_key: str
    clabe: str
    sender_name: str
    reason: str
    at: datetime


class ReturnDeposit:
    """The verb, within its caller's transaction (the batch role's)."""

    def __init__(self, reserving: Reserving) -> None:
        self._reserving = reserving

    async def __call__(self, tx: Tx, deposit: DepositToReturn) -> None:
        """Records the return and makes its order due now. One to an account that can't be paid fails when it is sent,
        and the money lies where it lay, for a person to see to. Raises `ledger.InsufficientFunds`.
        """
        payout = Payout(
            tenant_id=deposit.tenant_id,
            payout_id=deposit.return_id,
            kind=PayoutKind.RETURN,
            customer_id=None,
            status=PayoutStatus.SCHEDULED,
            amount=deposit.amount,
            source_account=deposit.held_on,
            order_id=None,
            description=deposit.reason,
            destination=Destination(bank_account=AccountDestination(deposit.clabe, deposit.sender_name)),
            fingerprint=None,
            tracking_key=tracking_key(deposit.return_id),
            returns=deposit.deposit_key,
            operation_date=None,
            failure=None,
            batch_at=deposit.at,
            created_at=deposit.at,
            operated_at=deposit.at,
        )
        await self._reserving.reserve(tx, payout)
