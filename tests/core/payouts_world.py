"""The payouts slice over simulated banks, on a database of the test's own; Monday, 23 November 2026, noon UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from pasarela.core.context import Caller, Mode
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.model import NewCustomer
from pasarela.core.ledger.chart import AccountKind, account, owned_account
from pasarela.core.ledger.queries import LedgerQueries
from pasarela.core.ledger.verify import Verify
from pasarela.core.payouts.answer_by_hand import AnswerByHand
from pasarela.core.payouts.model import CreatePayout, InlineAccount
from pasarela.core.payouts.slice import Below, Payouts
from pasarela.core.payouts.spei_inbox import ORDERS
from pasarela.core.tenants.issue_key import IssueKey
from pasarela.core.tenants.model import NewTenant
from pasarela.core.tenants.queries import Tenants
from pasarela.core.tenants.register import Register
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.queries import Cards
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.core.vault.store_card import StoreCard
from pasarela.infra.database import Database
from pasarela.infra.due_runner import DueRunner, Ran
from pasarela.infra.due_work import DueWork
from pasarela.infra.inbox import Inbox
from pasarela.infra.keyring import Keyring, LocalMasters
from pasarela.infra.outbox import Outbox
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Currency, Money
from pasarela.rails.simulators.spei import SpeiSimulator
from tests.factories.tables import rows
from tests.factories.transfers import book_in, posted
from tests.fakes.stopped_clock import StoppedClock

MXN = Currency.MXN
CLABE = "012298026516924616"
RETIRED = "032180000118359719"
TUESDAY_NINE = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
TUESDAY_TEN = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def mxn(minor: int) -> Money:
    return Money(minor, MXN)


def to_clabe(
    payout_id: str, minor: int, *, customer_id: str | None = None, order_id: str | None = None
) -> CreatePayout:
    """A payout to an account that comes with the call."""
    return CreatePayout(
        payout_id, customer_id, mxn(minor), InlineAccount(CLABE, "Mi empresa"), "Retiro de saldo semanal", order_id
    )


class Faults:
    """Modes to apply, one after the other."""

    def __init__(self) -> None:
        self.modes: list[str | None] = []

    def next_fault(self, target: str) -> str | None:
        return self.modes.pop(0) if self.modes else None


class World:
    """A merchant with customers, his slice, and the clock."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = StoppedClock()
        self.ids = IdSource(self.clock)
        self.faults = Faults()
        due_work = DueWork()
        inbox = Inbox(database, due_work, self.clock)
        self.banks = SpeiSimulator(database, due_work, self.clock, self.faults)
        keyring = Keyring(LocalMasters({"m1": b"1" * 32}, "m1"), b"d" * 32)
        sealer = Sealer(DataKeys(database, keyring, self.clock), keyring)
        self.store_card = StoreCard(database, sealer, self.clock)
        self.payouts = Payouts(
            Below(
                database=database,
                rail=self.banks,
                tenants=Tenants(database),
                sealer=sealer,
                sources=Sources(database, self.clock),
                cards=Cards(database),
                outbox=Outbox(),
                inbox=inbox,
                due_work=due_work,
                clock=self.clock,
                ids=self.ids,
            )
        )
        self.by_hand: AnswerByHand = self.payouts.by_hand(self.banks)
        self.ledger = LedgerQueries(database)
        self.caller = Caller(0, "openpay", "m", "Demo", Mode.TEST, "test")
        handlers = {
            **self.payouts.jobs.handlers(),
            **self.banks.handlers(),
            **inbox.handlers({ORDERS: self.payouts.spei_inbox.handle}),
        }
        self._runner = DueRunner(database, due_work, self.clock, handlers)

    async def register(self) -> Caller:
        """Another merchant; the first becomes the world's own."""
        issue_key = IssueKey(self.database, self.clock, self.ids)
        registered = await Register(self.database, self.clock, self.ids, issue_key)(NewTenant("openpay", "Demo"))
        tenant = registered.tenant
        return Caller(tenant.tenant_id, "openpay", tenant.account, tenant.name, Mode.TEST, "test")

    async def customer(self, customer_id: str, minor: int = 0, *, account: bool = True) -> str:
        """A customer who holds so much."""
        await CreateCustomer(self.database, self.clock)(
            self.caller, NewCustomer(customer_id, "Juan", has_account=account)
        )
        if minor:
            await self.fund(owned_account(AccountKind.CUSTOMER_BALANCE, customer_id, MXN), minor)
        return customer_id

    async def fund(self, name: str, minor: int, subject: str | None = None) -> None:
        """Money comes in by card."""
        transfer_id = f"{subject or self.ids.fresh('tr')}/sale"
        clearing = account(AccountKind.NETWORK_CLEARING, MXN)
        (booked,) = await book_in(
            self.database,
            posted(transfer_id, (clearing, -minor), (name, minor), tenant_id=self.caller.tenant_id),
        )
        assert not isinstance(booked, Exception)

    async def fund_merchant(self, minor: int, subject: str | None = None) -> None:
        await self.fund(account(AccountKind.MERCHANT_PAYABLE, MXN), minor, subject)

    async def available(self, customer_id: str | None = None) -> int:
        """What may leave the owner's account."""
        name = (
            account(AccountKind.MERCHANT_PAYABLE, MXN)
            if customer_id is None
            else owned_account(AccountKind.CUSTOMER_BALANCE, customer_id, MXN)
        )
        found = await self.ledger.balances(self.caller.tenant_id, [name])
        return found[0].available if found else 0

    async def pass_to(self, instant: datetime) -> list[Ran]:
        """It becomes `instant`, and what is due runs."""
        self.clock.at = instant
        return await self.work()

    async def work(self) -> list[Ran]:
        """What is due runs, and what becomes due by it."""
        ran: list[Ran] = []
        while items := await self._runner.claim(100):
            ran += [await self._runner.run(item) for item in items]
        assert [each for each in ran if each.error] == []
        return ran

    async def events(self) -> list[tuple[str, str]]:
        found = await rows(self.database, "SELECT type, subject FROM outbox_events ORDER BY xact, position")
        return [(row["type"], row["subject"]) for row in found]

    async def balanced(self) -> bool:
        found = await Verify(self.database)()
        assert list(found.problems) == []
        return found.balanced
