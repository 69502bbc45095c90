"""The payments slice, built once from what lies below it: its verbs, queries and due work, ready to call."""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.core.context import Caller
from pasarela.core.payments.ask_points import AskPoints
from pasarela.core.payments.authorize import Authorise
from pasarela.core.payments.callers import Callers
from pasarela.core.payments.cancel_waiting import Cancel
from pasarela.core.payments.capture import Capture
from pasarela.core.payments.card_lookup import CardLookup
from pasarela.core.payments.card_messages import CardMessages
from pasarela.core.payments.card_sources import CardSources
from pasarela.core.payments.closing import Closer
from pasarela.core.payments.decline_waiting import DeclineWaiting
from pasarela.core.payments.ending import Ender
from pasarela.core.payments.expire import Expire
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.jobs import PaymentJobs
from pasarela.core.payments.late_answers import LateAnswers
from pasarela.core.payments.model import Level, Payment, PaymentFilter
from pasarela.core.payments.opening import Opener
from pasarela.core.payments.operating import Beginner
from pasarela.core.payments.pay_waiting import Fail, Pay
from pasarela.core.payments.pricing import Pricing
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.payments.refund import Refund
from pasarela.core.payments.request import Request
from pasarela.core.payments.resolve import Resolve
from pasarela.core.payments.review import Review
from pasarela.core.payments.save_card import SaveCard
from pasarela.core.payments.sweep import Sweep
from pasarela.core.payments.trying import Tries
from pasarela.core.payments.verify_card import VerifyCard
from pasarela.core.payments.vouch import Vouch
from pasarela.core.rates.queries import Rates
from pasarela.core.risk.assess import Assess
from pasarela.core.tenants.queries import Tenants
from pasarela.core.vault.queries import Cards
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.core.vault.store_card import StoreCard
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueWork
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.infra.inbox import Inbox
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.paging import Page
from pasarela.rails.contract import CardRail


@dataclass(frozen=True, slots=True)
class Below:
    """What payments are built on."""

    database: Database
    rail: CardRail
    tenants: Tenants
    rates: Rates
    sealer: Sealer
    sources: Sources
    cards: Cards
    store_card: StoreCard
    secrets: EphemeralSecrets
    assess: Assess
    outbox: Outbox
    inbox: Inbox
    due_work: DueWork
    clock: Clock
    ids: IdSource


class Payments:
    """The slice's verbs as attributes; one for each process, since its coalescers gather that process's calls."""

    def __init__(self, below: Below) -> None:
        database, clock, ids = below.database, below.clock, below.ids
        messages = CardMessages(below.rail, below.sealer)
        lookup, callers, fees = CardLookup(below.sources), Callers(below.tenants), Fees(below.tenants)
        opener = Opener(database, below.sealer, below.sources, below.outbox, ids)
        closer = Closer(database, below.outbox, below.due_work, ids)
        beginner, ender = Beginner(database), Ender(database, below.outbox, below.due_work, ids)
        self.queries = PaymentQueries(database)
        self.cards = cards = CardSources(below.sealer, below.sources, messages, below.secrets)
        self.ask_points = AskPoints(cards, messages)
        pricing = Pricing(below.rates, fees, self.ask_points)
        self.authorise = Authorise(
            database,
            opener,
            closer,
            messages,
            cards,
            below.sources,
            below.assess,
            pricing,
            self.queries,
            clock,
        )
        tries = Tries(database, below.sealer, below.sources, below.outbox, below.due_work, ids)
        self.pay_waiting = Pay(
            database,
            tries,
            closer,
            messages,
            cards,
            below.sources,
            below.assess,
            pricing,
            self.queries,
            clock,
        )
        self.fail_waiting = Fail(tries, clock)
        self._build_waiting(below)
        self.capture = Capture(beginner, ender, messages, lookup, fees, clock)
        self.refund = Refund(beginner, ender, messages, lookup, clock)
        self.review = Review(
            database, self.queries, beginner, ender, messages, lookup, fees, callers, below.outbox, clock, ids
        )
        self._build_saving(below, messages)
        self.sweep = Sweep(database, closer, below.due_work, clock)
        resolve = Resolve(database, messages, lookup, ender, below.outbox, fees, callers, ids, clock)
        expire = Expire(database, below.outbox, ids, beginner, ender, messages, lookup, callers, clock)
        self.jobs = PaymentJobs(database, below.due_work, resolve, expire, clock)
        self.late_answers = LateAnswers(database, below.inbox, messages, lookup, callers)
        below.rail.on_late_answer(self.late_answers.heard)

    def _build_waiting(self, below: Below) -> None:
        """What one transaction does about payments that wait for their payer."""
        parts = below.database, below.outbox, below.due_work, below.clock, below.ids
        self.request = Request(*parts)
        self.cancel_waiting = Cancel(*parts)
        self.decline_waiting = DeclineWaiting(*parts)

    def _build_saving(self, below: Below, messages: CardMessages) -> None:
        verify = VerifyCard(below.database, messages, below.clock)
        self.vouch = Vouch(self.cards, verify)
        self.save_card = SaveCard(
            verify,
            below.store_card,
            below.cards,
            below.sources,
            below.sealer,
            messages,
            below.secrets,
        )

    async def get(self, caller: Caller, payment_id: str, level: Level | None = None) -> Payment:
        """See `PaymentQueries.get`."""
        return await self.queries.get(caller, payment_id, level)

    async def list(self, caller: Caller, wanted: PaymentFilter, page: Page) -> list[Payment]:
        """See `PaymentQueries.list`."""
        return await self.queries.list(caller, wanted, page)
