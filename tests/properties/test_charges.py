"""Random lives of charges on a real database and a scripted network, beside a model; the books checked at every step.

Messages are answered, refused, lost on the way there or back, delayed beyond their reversal; processes die while they
wait. At the end the network comes back, and what cards have paid must be what the books say.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pasarela.core.ledger.errors import InsufficientFunds
from pasarela.core.payments.errors import (
    AmountTooLarge,
    NotInState,
    OperationDeclined,
    OutcomeUnknown,
    PaymentDeclined,
)
from pasarela.core.payments.late_answers import SOURCE
from pasarela.core.payments.model import AuthoriseCard, CapturePayment, Payment, RefundPayment
from pasarela.infra.database import Database
from pasarela.infra.inbox import KIND_PREFIX
from pasarela.kernel.decline import Decline
from pasarela.rails.contract import Trace
from tests.factories.background_loop import BackgroundLoop
from tests.factories.payments import failures, mxn, world_of
from tests.factories.transfers import book_in, paid_out
from tests.fakes.card_rail import Fate as Sent
from tests.fakes.card_rail import Request, Script, ScriptedRail, approved, declined, kind_of
from tests.fixtures_postgres import PostgresServer
from tests.properties.charge_model import ChargeModel, Fate, Network, Word
from tests.properties.effort import effort

_WORDS: dict[type[BaseException], Word] = {
    PaymentDeclined: Word.DECLINED,
    OperationDeclined: Word.DECLINED,
    OutcomeUnknown: Word.UNKNOWN,
    NotInState: Word.STATE,
    AmountTooLarge: Word.LARGE,
    InsufficientFunds: Word.SHORT,
}
_REFUSED = declined(Decline.DO_NOT_HONOUR, "05")
_UNAVAILABLE = declined(Decline.ISSUER_UNAVAILABLE, "91")
_SCRIPTS: dict[Script | None, Fate] = {
    None: Fate.YES,
    _REFUSED: Fate.NO,
    _UNAVAILABLE: Fate.UNCLEAR,
    Sent.NOT_SENT: Fate.UNSENT,
    Sent.LOSE_REQUEST: Fate.UNCLEAR,
    Sent.LOSE_ANSWER: Fate.UNHEARD,
    Sent.DELAY_REQUEST: Fate.DELAYED,
    Sent.HANG: Fate.CRASH,
}

scripts = st.sampled_from([None, None, None, *_SCRIPTS])
amounts = st.sampled_from([100, 5_000, 10_000])
parts = st.sampled_from([None, None, 1, 99, 100, 3_333, 5_001, 20_000])
waits = st.sampled_from([timedelta(seconds=1), timedelta(minutes=2), timedelta(hours=2), *[timedelta(days=3)] * 2])

ROWS = "SELECT payment_id, status, amount, captured, refunding, refunded FROM payments"
OPERATIONS = "SELECT payment_id, operation_id, kind, status, amount FROM payment_operations"
EVENTS = "SELECT subject, type FROM outbox_events ORDER BY xact, position"
SPILT = """
SELECT transfer_id, coalesce((SELECT -sum(amount) FROM unnest(accounts, amounts) AS leg (account, amount)
                              WHERE account = 'fees_owed.MXN'), 0)::bigint AS spilt
FROM ledger_transfers WHERE transfer_id = ANY ($1)
"""
TRACES = "SELECT attempt_id, stan, rrn, trace_at FROM payment_attempts"


class ChargeMachine(RuleBasedStateMachine):
    """Steps are calls, crashes, moves of the clock; after each, the database must say what the model says."""

    def __init__(self, loop: BackgroundLoop, database_url: str) -> None:
        super().__init__()
        self._loop = loop
        self._database = Database(database_url, app_max=4, batch_max=4, operator_max=2)
        loop.run(self._database.open())
        self._owner = loop.run(asyncpg.connect(database_url))
        self._rail = ScriptedRail()
        self._world = world_of(self._database, self._rail)
        self._merchant = loop.run(self._world.merchant())
        self.model = ChargeModel(self._world.clock.at)
        self._commands: dict[str, AuthoriseCard] = {}
        self._numbers = itertools.count(1)

    # What the merchant does.

    @initialize(remembers_voids=st.booleans())
    def begin(self, remembers_voids: bool) -> None:
        """With something to work on."""
        self._rail.remembers_voids = remembers_voids
        self._authorise(10_000, capture=True, script=None)
        self._authorise(10_000, capture=False, script=None)
        self._authorise(5_000, capture=False, script=None)

    @rule(amount=amounts, capture=st.booleans(), script=scripts, in_part=st.integers(0, 9))
    def authorise(self, amount: int, capture: bool, script: Script | None, in_part: int) -> None:
        partly = approved(mxn(amount // 2), "10") if not in_part else script
        self._authorise(amount, capture=capture, script=partly)

    @precondition(lambda self: self.model.in_status("authorized"))
    @rule(data=st.data(), part=parts, script=scripts)
    def capture(self, data: st.DataObject, part: int | None, script: Script | None) -> None:
        self._capture(self._any(data, "authorized"), part, script)

    @precondition(lambda self: self.model.in_status("completed"))
    @rule(data=st.data(), part=parts, script=scripts)
    def refund(self, data: st.DataObject, part: int | None, script: Script | None) -> None:
        self._refund(self._any(data, "completed"), part, script)

    @precondition(lambda self: self.model.in_status("authorized"))
    @rule(data=st.data(), script=scripts)
    def void(self, data: st.DataObject, script: Script | None) -> None:
        # Networks do not refuse a reversal.
        self._refund(self._any(data, "authorized"), None, None if _SCRIPTS[script] is Fate.NO else script)

    @rule(data=st.data(), part=parts, what=st.sampled_from(["authorise again", "capture", "refund"]))
    def do_what_may_be_out_of_place(self, data: st.DataObject, part: int | None, what: str) -> None:
        payment_id = self._any(data)
        match what:
            case "capture":
                self._capture(payment_id, part, None)
            case "refund":
                self._refund(payment_id, part, None)
            case _:
                word = self._call(self._world.payments.authorise(self._merchant, self._commands[payment_id]))
                assert word is self.model.authorise_again(payment_id)

    @precondition(lambda self: self.model.available > 10_000)
    @rule(keep=st.sampled_from([0, 97, 5_000, 9_000]))
    def withdraw(self, keep: int) -> None:
        """Leaves the merchant with little, so that refunds come short."""
        amount = self.model.available - keep
        if amount > 0:
            transfer = paid_out(f"w{next(self._numbers)}", amount, tenant_id=self._merchant.tenant_id)
            self._loop.run(book_in(self._database, transfer))
            self.model.withdrawn += amount

    # What time brings.

    @rule()
    def sweep(self) -> None:
        """By another process, which remembers nothing."""
        another = world_of(self._database, self._rail, self._world.clock)
        assert self._loop.run(another.sweep()) == self.model.sweep()

    @rule(by=waits, network=st.sampled_from([Network.UP, *Network]), silent=st.booleans())
    def move_the_clock(self, by: timedelta, network: Network, silent: bool) -> None:
        self._move(by, network, silent=silent)

    @rule(network=st.sampled_from(Network))
    def run_what_is_due(self, network: Network) -> None:
        self._move(timedelta(), network)

    @rule()
    def hear_what_is_late(self) -> None:
        """Answers and requests that were under way arrive; approvals of what was undone are undone again."""
        self._loop.run(self._hear())

    # What must be.

    @invariant()
    def the_database_says_what_the_model_says(self) -> None:
        self._loop.run(self._compare())

    @invariant()
    def the_books_balance(self) -> None:
        assert self._loop.run(self._world.verify()).problems == ()

    def teardown(self) -> None:
        try:
            self._find_the_end()
        finally:
            self._loop.run(self._owner.close())
            self._loop.run(self._database.close())

    # How.

    def _find_the_end(self) -> None:
        """The network comes back, and everything finds its end; then the network and the books must agree."""
        self.sweep()
        for _ in range(3):
            self._move(timedelta(days=8), Network.UP)
            self._loop.run(self._hear())
        self._loop.run(self._compare())
        self._loop.run(self._compare_with_the_network())
        assert not {one.status for one in self.model.charges.values()} & {"authorizing", "authorized"}
        self._loop.run(self._database.close())

    # How.

    def _any(self, data: st.DataObject, status: str | None = None) -> str:
        return data.draw(st.sampled_from(self.model.in_status(status) if status else sorted(self.model.charges)))

    def _authorise(self, amount: int, *, capture: bool, script: Script | None) -> None:
        payment_id = f"tr{next(self._numbers):04d}"
        command = self._commands[payment_id] = self._world.sale(amount, payment_id=payment_id, capture=capture)
        partly = script not in _SCRIPTS
        fate = _SCRIPTS.get(script, Fate.UNCLEAR)
        expected = self.model.authorise(payment_id, amount, capture=capture, fate=fate, partly=partly)
        self._scripted(expected, script, lambda: self._world.payments.authorise(self._merchant, command))

    def _capture(self, payment_id: str, part: int | None, script: Script | None) -> None:
        operation_id = f"c{next(self._numbers)}"
        expected = self.model.capture(payment_id, operation_id, part, _SCRIPTS[script])
        command = CapturePayment(payment_id, operation_id, None if part is None else mxn(part))
        self._scripted(expected, script, lambda: self._world.payments.capture(self._merchant, command))

    def _refund(self, payment_id: str, part: int | None, script: Script | None) -> None:
        operation_id = f"r{next(self._numbers)}"
        expected = self.model.refund(payment_id, operation_id, part, _SCRIPTS[script])
        command = RefundPayment(payment_id, operation_id, None if part is None else mxn(part))
        self._scripted(expected, script, lambda: self._world.payments.refund(self._merchant, command))

    def _scripted(self, expected: Word, script: Script | None, call: Callable[[], Awaitable[Payment]]) -> None:
        """Makes a call whose message meets `script`; it must be answered as expected."""
        if script is not None:
            self._rail.will(script)
        if expected is Word.NOTHING:
            self._loop.run(self._die_in(call()))
        else:
            word = self._call(call())
            self._rail.script.clear()  # of a call that was refused before it sent anything
            assert word is expected

    def _call(self, call: Awaitable[Payment]) -> Word:
        async def heard() -> Word:
            try:
                await call
            except tuple(_WORDS) as refusal:
                return _WORDS[type(refusal)]
            return Word.DONE

        return self._loop.run(heard())

    async def _die_in(self, call: Awaitable[Payment]) -> None:
        self._rail.hanging.clear()
        task = asyncio.ensure_future(call)
        await self._rail.hanging.wait()
        task.cancel()
        await asyncio.wait([task])

    def _move(self, by: timedelta, network: Network, *, silent: bool = True) -> None:
        def fate(request: Request) -> Script | None:
            if network is Network.DOWN:
                return Sent.LOSE_REQUEST if silent else _UNAVAILABLE
            return _REFUSED if network is Network.REFUSING and kind_of(request) == "completion" else None

        self._rail.otherwise = fate
        assert failures(self._loop.run(self._world.move(by))) == []
        self._rail.otherwise = lambda _: None
        completed = set(self.model.in_status("completed"))
        self.model.advance(self.model.now + by, network)
        self._loop.run(self._learn_what_spilt(set(self.model.in_status("completed")) - completed))

    async def _learn_what_spilt(self, captured: set[str]) -> None:
        """Of what is due at one instant nobody knows which comes first, and so what the balance could give to fees."""
        for row in await self._owner.fetch(SPILT, [f"{payment_id}/sale" for payment_id in sorted(captured)]):
            charge = self.model.charges[row["transfer_id"].partition("/")[0]]
            assert 0 <= row["spilt"] <= max(charge.fee + charge.tax - charge.captured, 0)
            charge.spilt = row["spilt"]

    async def _hear(self) -> None:
        await self._rail.deliver_late()
        self.model.hear()
        while items := await self._world.due.claim(16, [KIND_PREFIX + SOURCE]):
            assert failures([await self._world.due.run(item) for item in items]) == []

    async def _compare(self) -> None:
        charges = self.model.charges
        assert {tuple(row) for row in await self._owner.fetch(ROWS)} == {
            (key, one.status, one.amount, one.captured, one.refunding, one.refunded) for key, one in charges.items()
        }
        assert {tuple(row) for row in await self._owner.fetch(OPERATIONS)} == {
            (key, name, one.kind, one.status, one.amount)
            for key, charge in charges.items()
            for name, one in charge.operations.items()
        }
        told: dict[str, list[str]] = {}
        for event in await self._owner.fetch(EVENTS):
            told.setdefault(event["subject"], []).append(event["type"])
        assert told == {key: one.events for key, one in charges.items() if one.events}
        assert await self._world.balances(self._merchant) == self.model.balances()
        assert await self._world.reserved(self._merchant) == self.model.reserved

    async def _compare_with_the_network(self) -> None:
        """What each payment has cost its card, by the network's own book; but for what was given up."""
        signs = {"sale": 1, "completion": 1, "refund": -1}
        paid = dict.fromkeys(self.model.charges, 0)
        held = dict.fromkeys(self.model.charges, 0)
        for row in await self._owner.fetch(TRACES):
            entry = self._rail.book.get(Trace(row["stan"], row["rrn"], row["trace_at"]))
            if entry is not None and not entry.reversed:
                payment_id = row["attempt_id"].partition("/")[0]
                paid[payment_id] += signs.get(entry.kind, 0) * entry.amount
                held[payment_id] += entry.amount if entry.kind == "authorisation" else 0
        for payment_id, charge in self.model.charges.items():
            if payment_id not in self.model.given_up:
                assert paid[payment_id] == charge.captured - charge.refunded, payment_id
                assert not held[payment_id] or charge.captured, payment_id


def test_charges(loop: BackgroundLoop, postgres_server: PostgresServer, migrated_template: str) -> None:
    names = itertools.count(1)

    class Machine(ChargeMachine):
        def __init__(self) -> None:
            self._name = f"charges_{id(names)}_{next(names)}"
            super().__init__(loop, postgres_server.create_database(self._name, migrated_template))

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                postgres_server.drop_database(self._name)

    run_state_machine_as_test(Machine, settings=effort(examples=30, steps=30))
