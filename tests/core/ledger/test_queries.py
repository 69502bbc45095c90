"""`LedgerQueries`: balances and transfers as one tenant sees them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pasarela.core.ledger.model import Balance
from pasarela.core.ledger.queries import LedgerQueries
from pasarela.core.ledger.seal import Seal
from pasarela.infra.database import Database
from pasarela.kernel.money import Currency, Money
from tests.factories.sealing import seal_all
from tests.factories.transfers import (
    CLEARING,
    FEES,
    PAYABLE,
    PAYABLE_USD,
    book_in,
    paid_in,
    pending,
    posted,
)


async def test_merchant_balance(database: Database, ledger: LedgerQueries) -> None:
    assert await ledger.merchant_balance(1, Currency.MXN) == Money(0, Currency.MXN)
    await book_in(
        database,
        paid_in("a", 100),
        paid_in("b", 7, tenant_id=2),
        pending("out", (PAYABLE, -30), (CLEARING, 30)),
        pending("in", (CLEARING, -500), (PAYABLE, 500)),
    )
    assert await ledger.merchant_balance(1, Currency.MXN) == Money(70, Currency.MXN)
    assert await ledger.merchant_balance(2, Currency.MXN) == Money(7, Currency.MXN)
    assert await ledger.merchant_balance(1, Currency.USD) == Money(0, Currency.USD)


@pytest.mark.parametrize("sealed", [False, True])
async def test_balances_by_name(database: Database, ledger: LedgerQueries, seal: Seal, sealed: bool) -> None:
    await book_in(
        database,
        paid_in("a", 100),
        posted("fee", (PAYABLE, -3), (FEES, 3)),
        posted("usd", ("network_clearing.USD", -9), (PAYABLE_USD, 9)),
        pending("p", (CLEARING, -1), (PAYABLE, 1)),
    )
    if sealed:
        await seal_all(database, seal)
    assert await ledger.balances(1) == [
        Balance(FEES, "MXN", 3, 0, 0),
        Balance(PAYABLE, "MXN", 97, 1, 0),
        Balance(PAYABLE_USD, "USD", 9, 0, 0),
        Balance(CLEARING, "MXN", -100, 0, 0),
        Balance("network_clearing.USD", "USD", -9, 0, 0),
    ]
    assert [balance.account for balance in await ledger.balances(1, [CLEARING, PAYABLE_USD])] == [PAYABLE_USD, CLEARING]
    assert await ledger.balances(1, ["tax_payable.MXN"]) == []
    assert await ledger.balances(3) == []


async def test_transfers_of_a_subject_in_the_order_of_booking(database: Database, ledger: LedgerQueries) -> None:
    sale = paid_in("p1/sale", 100)
    reserve = pending("p1/refund/r1", (PAYABLE, -40), (CLEARING, 40))
    refund = posted("p1/refund/r1/posted", (PAYABLE, -40), (CLEARING, 40), settles="p1/refund/r1")
    for transfer in (sale, reserve, refund):
        await book_in(database, transfer)
    await book_in(database, paid_in("p10/sale", 1), paid_in("p1", 1), replace(sale, tenant_id=2))
    assert await ledger.transfers_of(1, "p1") == [sale, reserve, refund]
    assert await ledger.transfers_of(2, "p1") == [replace(sale, tenant_id=2)]
    assert await ledger.transfers_of(3, "p1") == []
