"""A world to pay in: the payments slice on a test's database and a card rail, with merchants, tokens and a clock."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pasarela.core.context import Caller, Mode
from pasarela.core.ledger.chart import AccountKind, account
from pasarela.core.ledger.queries import LedgerQueries
from pasarela.core.ledger.verify import Verify
from pasarela.core.payments.late_answers import SOURCE as LATE_ANSWERS
from pasarela.core.payments.model import (
    AuthoriseCard,
    CapturePayment,
    InlineCard,
    Payment,
    RefundPayment,
    SavedSource,
)
from pasarela.core.payments.slice import Below, Payments
from pasarela.core.rates.queries import Rates
from pasarela.core.risk.assess import Assess
from pasarela.core.risk.profiles import Profiles
from pasarela.core.risk.set_limit import SetLimit
from pasarela.core.tenants.issue_key import IssueKey
from pasarela.core.tenants.model import NewTenant, Tariff
from pasarela.core.tenants.queries import Tenants
from pasarela.core.tenants.register import Register
from pasarela.core.vault.create_token import CreateToken
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.delete_card import DeleteCard
from pasarela.core.vault.queries import Cards, Tokens
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.core.vault.store_card import StoreCard
from pasarela.infra.database import Database
from pasarela.infra.due_runner import DueRunner, Ran
from pasarela.infra.due_work import DueWork
from pasarela.infra.ephemeral import EphemeralSecrets, MemorySecrets
from pasarela.infra.inbox import Inbox
from pasarela.infra.keyring import KEY_BYTES, Keyring, LocalMasters
from pasarela.infra.outbox import Outbox
from pasarela.kernel.cards import CardData
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Currency, Money
from pasarela.rails.contract import CardRail
from tests.factories.cards import card, inline
from tests.factories.tables import rows
from tests.fakes.stopped_clock import StoppedClock

EVENTS = "SELECT type, subject FROM outbox_events WHERE tenant_id = $1 AND subject = ANY ($2) ORDER BY xact, position"

_numbers = itertools.count(1)


def mxn(minor: int) -> Money:
    return Money(minor, Currency.MXN)


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


@dataclass
class _Hand:
    """Moves a stopped clock, as the control plane moves the platform's."""

    clock: StoppedClock
    only_tenant: int | None = None

    def now(self) -> datetime:
        return self.clock.at

    async def reach(self, instant: datetime) -> None:
        self.clock.at = max(self.clock.at, instant)


@dataclass
class World:
    """The slice under test (`payments`), what lies below it, and shorthands for tests."""

    database: Database
    clock: StoppedClock
    payments: Payments
    tokens: Tokens
    create_token: CreateToken
    store_card: StoreCard
    delete_card: DeleteCard
    register: Register
    set_limit: SetLimit
    ledger: LedgerQueries
    verify: Verify
    due: DueRunner

    def fresh(self, prefix: str) -> str:
        """An id that nobody has used."""
        return f"{prefix}{next(_numbers):06d}"

    # Who calls.

    async def merchant(self, *, tariffs: tuple[Tariff, ...] | None = None) -> Caller:
        """A merchant with the default tariffs (2.9 % + 2.50 MXN, 16 % tax) or these."""
        new = NewTenant("openpay", "Tienda", tariffs=tariffs, account=self.fresh("m"))
        tenant = (await self.register(new)).tenant
        return Caller(tenant.tenant_id, tenant.api, tenant.account, tenant.name, Mode.TEST, "test")

    async def token(self, caller: Caller, data: CardData | None = None) -> str:
        token_id = self.fresh("tok")
        await self.create_token(caller, token_id, data or card())
        return token_id

    async def saved_card(self, caller: Caller, customer_id: str | None = None, data: CardData | None = None) -> str:
        card_id = self.fresh("k")
        await self.store_card(caller, card_id=card_id, card=data or card(), customer_id=customer_id)
        return card_id

    # What they ask for.

    def sale(
        self, amount: Money | int = 10_000, source: InlineCard | SavedSource | None = None, **fields: Any
    ) -> AuthoriseCard:
        """A command; `fields` are any others of `AuthoriseCard`."""
        fields.setdefault("payment_id", self.fresh("tr"))
        money = amount if isinstance(amount, Money) else mxn(amount)
        return AuthoriseCard(source=source or inline(), amount=money, **fields)

    async def sell(self, caller: Caller, amount: Money | int = 10_000, **fields: Any) -> Payment:
        return await self.payments.authorise(caller, self.sale(amount, **fields))

    async def hold(self, caller: Caller, amount: Money | int = 10_000, **fields: Any) -> Payment:
        return await self.payments.authorise(caller, self.sale(amount, capture=False, **fields))

    def capturing(self, payment: Payment, amount: int | None = None, **fields: Any) -> CapturePayment:
        fields.setdefault("operation_id", self.fresh("c"))
        return CapturePayment(payment.payment_id, amount=_money(payment, amount), **fields)

    async def capture(self, caller: Caller, payment: Payment, amount: int | None = None) -> Payment:
        return await self.payments.capture(caller, self.capturing(payment, amount))

    def refunding(self, payment: Payment, amount: int | None = None, **fields: Any) -> RefundPayment:
        fields.setdefault("operation_id", self.fresh("r"))
        return RefundPayment(payment.payment_id, amount=_money(payment, amount), **fields)

    async def refund(self, caller: Caller, payment: Payment, amount: int | None = None) -> Payment:
        return await self.payments.refund(caller, self.refunding(payment, amount))

    async def get(self, caller: Caller, payment: Payment | str) -> Payment:
        return await self.payments.get(caller, payment if isinstance(payment, str) else payment.payment_id)

    # What time brings.

    async def run_due(self) -> list[Ran]:
        """Runs whatever is due now, and what that makes due."""
        ran: list[Ran] = []
        while items := await self.due.claim(16):
            ran += [await self.due.run(item) for item in items]
        return ran

    async def move(self, by: timedelta) -> list[Ran]:
        """Moves the clock on, running what becomes due on the way."""
        return await self.due.run_until(self.clock.at + by, _Hand(self.clock), _nothing)

    async def sweep(self) -> int:
        """Finds what a crash has left, however fresh."""
        return await self.payments.sweep(timedelta(seconds=-5))

    # What it comes to.

    async def balances(self, caller: Caller) -> dict[str, int]:
        """Posted balances of the merchant's accounts that are not zero."""
        balances = await self.ledger.balances(caller.tenant_id)
        return {balance.account: balance.posted for balance in balances if balance.posted}

    async def available(self, caller: Caller, currency: Currency = Currency.MXN) -> int:
        """What the merchant may withdraw."""
        return (await self.ledger.merchant_balance(caller.tenant_id, currency)).minor

    async def reserved(self, caller: Caller) -> tuple[int, int]:
        """What is pending in and out of the merchant's balance."""
        name = account(AccountKind.MERCHANT_PAYABLE, Currency.MXN)
        for balance in await self.ledger.balances(caller.tenant_id, [name]):
            return balance.pending_in, balance.pending_out
        return 0, 0

    async def events(self, caller: Caller, *subjects: str) -> list[str]:
        """The types of the events about these payments, in their order."""
        return [row["type"] for row in await rows(self.database, EVENTS, caller.tenant_id, subjects)]


def world_of(
    database: Database,
    rail: CardRail,
    clock: StoppedClock | None = None,
    secrets: EphemeralSecrets | None = None,
) -> World:
    """Everything built as wiring would, on this database and this rail."""
    clock = clock or StoppedClock()
    ids, due_work, secrets = IdSource(clock), DueWork(), secrets or MemorySecrets(clock)
    keyring = Keyring(LocalMasters({"test": bytes(KEY_BYTES)}, "test"), bytes(KEY_BYTES))
    sealer, profiles = Sealer(DataKeys(database, keyring, clock), keyring), Profiles(database)
    messages, store_card = Inbox(database, due_work, clock), StoreCard(database, sealer, clock)
    payments = Payments(
        Below(
            database=database,
            rail=rail,
            tenants=Tenants(database),
            rates=Rates(database),
            sealer=sealer,
            sources=Sources(database, clock),
            cards=Cards(database),
            store_card=store_card,
            secrets=secrets,
            assess=Assess(database, profiles),
            outbox=Outbox(),
            inbox=messages,
            due_work=due_work,
            clock=clock,
            ids=ids,
        )
    )
    handlers = {**payments.jobs.handlers(), **messages.handlers({LATE_ANSWERS: payments.late_answers.handle})}
    return World(
        database=database,
        clock=clock,
        payments=payments,
        tokens=Tokens(database),
        create_token=CreateToken(database, sealer, secrets, clock),
        store_card=store_card,
        delete_card=DeleteCard(database, secrets, clock),
        register=Register(database, clock, ids, IssueKey(database, clock, ids)),
        set_limit=SetLimit(database, profiles, clock),
        ledger=LedgerQueries(database),
        verify=Verify(database),
        due=DueRunner(database, due_work, clock, handlers),
    )


def failures(ran: Sequence[Ran]) -> list[str]:
    """What due work said that failed."""
    return [one.error for one in ran if one.error is not None]


def _money(payment: Payment, amount: int | None) -> Money | None:
    return None if amount is None else Money(amount, payment.amount.currency)


async def _nothing() -> None:
    """Settles events that nobody listens to."""
