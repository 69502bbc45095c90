"""The payouts slice, built once from what lies below it: its verbs, queries and due work, ready to call."""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.core.payouts.answer_by_hand import AnswerByHand, OtherBanks
from pasarela.core.payouts.bank_accounts import BankAccounts
from pasarela.core.payouts.cancel_payout import CancelPayout
from pasarela.core.payouts.create_payout import CreatePayoutVerb, Reserving
from pasarela.core.payouts.destinations import Destinations
from pasarela.core.payouts.ending import Ender
from pasarela.core.payouts.fees import CustomerFees
from pasarela.core.payouts.jobs import PayoutJobs
from pasarela.core.payouts.orders import Orders
from pasarela.core.payouts.plans import SettlementPlans
from pasarela.core.payouts.queries import FeeQueries, PayoutQueries, TransferQueries
from pasarela.core.payouts.reports import Reports
from pasarela.core.payouts.return_deposit import ReturnDeposit
from pasarela.core.payouts.send import SendPayout
from pasarela.core.payouts.settlement import Settlement
from pasarela.core.payouts.spei_inbox import SpeiInbox
from pasarela.core.payouts.transfer import TransferBetweenCustomers
from pasarela.core.tenants.queries import Tenants
from pasarela.core.vault.queries import Cards
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueWork
from pasarela.infra.inbox import Inbox
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.rails.contract import SpeiRail


@dataclass(frozen=True, slots=True)
class Below:
    """What money out is built on."""

    database: Database
    rail: SpeiRail
    tenants: Tenants
    sealer: Sealer
    sources: Sources
    cards: Cards
    outbox: Outbox
    inbox: Inbox
    due_work: DueWork
    clock: Clock
    ids: IdSource


class Payouts:
    """The slice's verbs as attributes; one for each process."""

    def __init__(self, below: Below) -> None:
        database, clock, ids = below.database, below.clock, below.ids
        reserving = Reserving(below.outbox, below.due_work, ids)
        self.bank_accounts = BankAccounts(database, clock)
        self.queries = PayoutQueries(database)
        self.transfers = TransferQueries(database)
        self.fee_queries = FeeQueries(database)
        self.reports = Reports(database)
        destinations = Destinations(self.bank_accounts, below.cards, below.sealer)
        self.create = CreatePayoutVerb(database, destinations, below.sealer, reserving, clock)
        self._ender = Ender(database, below.outbox, below.due_work, ids, clock)
        self.cancel = CancelPayout(self._ender, self.queries)
        orders = Orders(below.tenants, below.sources, below.sealer)
        self.send = SendPayout(database, below.due_work, below.rail, orders, self._ender, self.queries, clock)
        self.transfer = TransferBetweenCustomers(database, below.outbox, ids, clock)
        self.fees = CustomerFees(database, below.outbox, ids, clock)
        self.plans = SettlementPlans(database, below.due_work, clock)
        self.settlement = Settlement(database, self.plans, reserving, ids, clock)
        self.return_deposit = ReturnDeposit(reserving)
        self.jobs = PayoutJobs(self.send, self.settlement)
        self.spei_inbox = SpeiInbox(below.inbox, self._ender, self.queries)
        below.rail.on_notification(self.spei_inbox.heard)

    def by_hand(self, banks: OtherBanks) -> AnswerByHand:
        """What the control plane makes the simulated banks do."""
        return AnswerByHand(banks, self.send, self._ender, self.queries)
