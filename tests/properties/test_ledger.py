"""Random batches on a real ledger, kept beside a model of it; sealed at any moment, verified after every step."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pasarela.core.ledger.model import Booked, Leg, Phase, Transfer
from pasarela.core.ledger.queries import LedgerQueries
from pasarela.core.ledger.seal import Seal
from pasarela.core.ledger.verify import Verify
from pasarela.infra.database import Database
from pasarela.kernel.errors import Refusal
from tests.factories.background_loop import BackgroundLoop
from tests.factories.tables import emptied
from tests.factories.transfers import (
    CLEARING,
    CLEARING_USD,
    FEES,
    OWED,
    PAYABLE,
    PAYABLE_USD,
    TAX,
    book_in,
    payable_of,
)
from tests.fakes.stopped_clock import NOON, StoppedClock
from tests.properties.effort import effort
from tests.properties.ledger_model import LedgerModel

_PESOS = [PAYABLE, payable_of("c1"), payable_of("c2"), CLEARING, FEES, TAX]
_TENANTS_PER_EXAMPLE = 2
_examples = itertools.count(1)

# Few ids, so that they meet again; small amounts, so that floors are met.
ids = st.sampled_from([f"t{number}" for number in range(40)])
settlement_ids = st.sampled_from([f"s{number}" for number in range(40)])
tenants = st.integers(0, _TENANTS_PER_EXAMPLE - 1)
amounts = st.integers(1, 12)


@st.composite
def legs(draw: st.DrawFn) -> tuple[Leg, ...]:
    """From one account to one or two others of its currency, sometimes with another currency beside it."""
    giver, *takers = draw(st.lists(st.sampled_from(_PESOS), min_size=2, max_size=3, unique=True))
    given = [draw(amounts) for _ in takers]
    moved = [Leg(giver, -sum(given)), *map(Leg, takers, given)]
    if draw(st.integers(0, 5)) == 0:
        dollars = draw(amounts) * draw(st.sampled_from([1, -1]))
        moved += [Leg(PAYABLE_USD, dollars), Leg(CLEARING_USD, -dollars)]
    return tuple(draw(st.permutations(moved)))


@st.composite
def transfers(draw: st.DrawFn) -> Transfer:
    """One made out of nothing; tenants are numbered from 0."""
    phase = draw(st.sampled_from([Phase.POSTED, Phase.POSTED, Phase.PENDING, Phase.PENDING, Phase.VOID]))
    settles = draw(ids) if phase is Phase.VOID else None
    moved = () if phase is Phase.VOID else draw(legs())
    return Transfer(draw(tenants), draw(ids), draw(st.sampled_from(["a", "b"])), phase, moved, NOON, settles)


class LedgerMachine(RuleBasedStateMachine):
    """Steps are batches; a step's answers and what it leaves behind must be the model's."""

    def __init__(self, loop: BackgroundLoop, database: Database) -> None:
        super().__init__()
        self._loop = loop
        self._database = database
        self._seal = Seal(database, StoppedClock(), stretch_max=7)
        self._verify = Verify(database)
        self._queries = LedgerQueries(database)
        # Verification reads all there is, and would take longer and longer.
        loop.run(emptied(database, "ledger_transfers", "ledger_accounts", "ledger_seals"))
        self._first_tenant = next(_examples) * _TENANTS_PER_EXAMPLE
        self.model = LedgerModel()

    @rule(batch=st.lists(transfers(), min_size=2, max_size=6))
    def book_anything(self, batch: list[Transfer]) -> None:
        self._book([self._of_ours(transfer) for transfer in batch])

    @rule(data=st.data())
    def pay_in(self, data: st.DataObject) -> None:
        """Else there is nothing to take out."""
        account, amount = data.draw(st.sampled_from(_PESOS[:3])), data.draw(amounts)
        moved = (Leg(CLEARING, -amount), Leg(account, amount))
        self._book([self._of_ours(Transfer(data.draw(tenants), data.draw(ids), "a", Phase.POSTED, moved, NOON))])

    @rule(data=st.data(), account=st.sampled_from(_PESOS[:3]), fee=amounts, paid_for=st.integers(0, 6))
    def take_a_fee(self, data: st.DataObject, account: str, fee: int, paid_for: int) -> None:
        """From what the account has; it owes the rest."""
        taken = Leg(account, -fee, spill=OWED)
        moved = (
            (taken, Leg(FEES, fee)) if not paid_for else (taken, Leg(CLEARING, -paid_for), Leg(FEES, fee + paid_for))
        )
        self._book([self._of_ours(Transfer(data.draw(tenants), data.draw(ids), "a", Phase.POSTED, moved, NOON))])

    @precondition(lambda self: self.pendings())
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        """Posts or voids what is pending, or was, or never was: less, all or more of it, perhaps two at once."""
        batch = []
        for _ in range(data.draw(st.integers(1, 2))):
            pending = data.draw(st.sampled_from(self.pendings()))
            settlement = data.draw(settlement_ids)
            if data.draw(st.booleans()):
                batch.append(Transfer(pending.tenant_id, settlement, "a", Phase.VOID, (), NOON, pending.transfer_id))
            else:
                moved = self._part_of(data, pending)
                batch.append(
                    Transfer(pending.tenant_id, settlement, "a", Phase.POSTED, moved, NOON, pending.transfer_id)
                )
        self._book(batch)

    @precondition(lambda self: self.model.booked)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        earlier = st.sampled_from(self.model.booked + self.model.asked)
        self._book(data.draw(st.lists(earlier, min_size=1, max_size=3)))

    @rule()
    def seal(self) -> None:
        self._loop.run(self._seal())

    @invariant()
    def balances_are_the_models(self) -> None:
        for tenant_id in range(self._first_tenant, self._first_tenant + _TENANTS_PER_EXAMPLE):
            balances = self._loop.run(self._queries.balances(tenant_id))
            told = {balance.account: (balance.posted, balance.pending_in, balance.pending_out) for balance in balances}
            expected = self.model.balances(tenant_id)
            # An account is known once money was posted to it, or, with a floor, once something was asked of it.
            nothing = (0, 0, 0)
            assert {name: figures for name, figures in told.items() if figures != nothing} == {
                name: figures for name, figures in expected.items() if figures != nothing
            }
            assert sum(posted for posted, _, _ in told.values()) == 0
            assert all(balance.available >= 0 for balance in balances if balance.account.startswith("merchant_payable"))

    @invariant()
    def verify_finds_nothing(self) -> None:
        assert self._loop.run(self._verify()).problems == ()

    def pendings(self) -> list[Transfer]:
        """All of them, but settled ones only while no other is there."""
        every = [one for one in self.model.booked if one.phase is Phase.PENDING]
        return [one for one in every if not self.model.settled(one)] or every

    def _of_ours(self, transfer: Transfer) -> Transfer:
        return Transfer(
            self._first_tenant + transfer.tenant_id,
            transfer.transfer_id,
            transfer.kind,
            transfer.phase,
            transfer.legs,
            transfer.occurred_at,
            transfer.settles,
        )

    def _part_of(self, data: st.DataObject, pending: Transfer) -> tuple[Leg, ...]:
        """Some of the pending legs' amounts, rarely more; what goes elsewhere than planned goes to fees."""
        share = data.draw(st.sampled_from([0, 1, 2, 2, 3]))
        kept = [Leg(leg.account, leg.amount * share // 2) for leg in pending.legs if leg.account not in {FEES, TAX}]
        for currency in ("MXN", "USD"):
            rest = -sum(leg.amount for leg in kept if leg.account.endswith(currency))
            if rest:
                kept.append(Leg(f"fee_revenue.{currency}", rest))
        return tuple(leg for leg in kept if leg.amount) or (Leg(CLEARING, -1), Leg(FEES, 1))

    def _book(self, batch: Sequence[Transfer]) -> None:
        results = self._loop.run(book_in(self._database, *batch))
        assert [_word(result) for result in results] == [self.model.book(transfer) for transfer in batch]


def _word(result: Booked | Refusal) -> str | type[Exception]:
    if isinstance(result, Booked):
        return "replayed" if result.replayed else "booked"
    return type(result)


def test_ledger(loop: BackgroundLoop, kept_database: Database) -> None:
    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(loop, kept_database)

    run_state_machine_as_test(Machine, settings=effort(examples=25, steps=20))
