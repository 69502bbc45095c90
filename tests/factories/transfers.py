"""Transfers between the accounts of the chart, as short as a test can say them."""

from __future__ import annotations

from collections.abc import Sequence

from pasarela.core.ledger.book import book
from pasarela.core.ledger.chart import AccountKind, account, owned_account
from pasarela.core.ledger.model import Booked, Leg, Phase, Transfer
from pasarela.infra.database import Database
from pasarela.kernel.errors import Refusal
from pasarela.kernel.money import Currency
from tests.fakes.stopped_clock import NOON

PAYABLE = account(AccountKind.MERCHANT_PAYABLE, Currency.MXN)
PAYABLE_USD = account(AccountKind.MERCHANT_PAYABLE, Currency.USD)
CLEARING = account(AccountKind.NETWORK_CLEARING, Currency.MXN)
CLEARING_USD = account(AccountKind.NETWORK_CLEARING, Currency.USD)
FEES = account(AccountKind.FEE_REVENUE, Currency.MXN)
TAX = account(AccountKind.TAX_PAYABLE, Currency.MXN)
OWED = account(AccountKind.FEES_OWED, Currency.MXN)


def payable_of(owner: str) -> str:
    """A floored account of somebody's own."""
    return owned_account(AccountKind.MERCHANT_PAYABLE, owner, Currency.MXN)


def posted(transfer_id: str, *legs: tuple[str, int], tenant_id: int = 1, settles: str | None = None) -> Transfer:
    return _transfer(tenant_id, transfer_id, Phase.POSTED, legs, settles)


def pending(transfer_id: str, *legs: tuple[str, int], tenant_id: int = 1) -> Transfer:
    return _transfer(tenant_id, transfer_id, Phase.PENDING, legs, None)


def void(transfer_id: str, settles: str, *, tenant_id: int = 1) -> Transfer:
    return _transfer(tenant_id, transfer_id, Phase.VOID, (), settles)


def paid_in(transfer_id: str, amount: int, into: str = PAYABLE, *, tenant_id: int = 1) -> Transfer:
    """Money for a floored account from where it may always come."""
    return posted(transfer_id, (CLEARING, -amount), (into, amount), tenant_id=tenant_id)


def paid_out(transfer_id: str, amount: int, from_: str = PAYABLE, *, tenant_id: int = 1) -> Transfer:
    """A withdrawal."""
    return posted(transfer_id, (from_, -amount), (CLEARING, amount), tenant_id=tenant_id)


async def book_in(database: Database, *transfers: Transfer) -> list[Booked | Refusal]:
    """Books them as one batch, in a transaction of its own."""
    async with database.batch() as tx:
        return await book(tx, transfers)


def _transfer(
    tenant_id: int, transfer_id: str, phase: Phase, legs: Sequence[tuple[str, int]], settles: str | None
) -> Transfer:
    return Transfer(tenant_id, transfer_id, "test", phase, tuple(Leg(*leg) for leg in legs), NOON, settles)
