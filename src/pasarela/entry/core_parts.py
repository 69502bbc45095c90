"""The core's verbs and queries, put together once for one process. Names no rail and no dialect.

Every part is built exactly once and shared; nothing here decides anything or does any work.
"""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.core.authentication.slice import Authentication
from pasarela.core.authentication.slice import Below as BelowAuthentication
from pasarela.core.billing.slice import Below as BelowBilling
from pasarela.core.billing.slice import Billing
from pasarela.core.checkouts.change import ChangeCheckout
from pasarela.core.checkouts.create import CreateCheckout
from pasarela.core.checkouts.pay import PayCheckout
from pasarela.core.checkouts.queries import Checkouts
from pasarela.core.customers.create import CreateCustomer
from pasarela.core.customers.delete import DeleteCustomer
from pasarela.core.customers.queries import Customers
from pasarela.core.customers.update import UpdateCustomer
from pasarela.core.issuing.slice import Below as BelowIssuing
from pasarela.core.issuing.slice import Issuing
from pasarela.core.ledger.queries import LedgerQueries
from pasarela.core.ledger.seal import Seal
from pasarela.core.ledger.verify import Verify
from pasarela.core.messages.keep import KeepMessage
from pasarela.core.messages.queries import Messages
from pasarela.core.messages.send import AskToWrite, SendLetters, WriteLetter
from pasarela.core.payments.collect import Collect, MoneyToReturn
from pasarela.core.payments.deposits import Deposits
from pasarela.core.payments.fees import Fees
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.payments.slice import Below, Payments
from pasarela.core.payouts.return_deposit import DepositToReturn, ReturnDeposit
from pasarela.core.payouts.slice import Below as BelowPayouts
from pasarela.core.payouts.slice import Payouts
from pasarela.core.places.import_stores import ImportStores
from pasarela.core.places.queries import Stores
from pasarela.core.rates.import_rates import ImportRates
from pasarela.core.rates.queries import Rates
from pasarela.core.risk.assess import Assess
from pasarela.core.risk.change_list import ChangeList
from pasarela.core.risk.explain import Explain
from pasarela.core.risk.jobs import PruneCounters
from pasarela.core.risk.profiles import Profiles
from pasarela.core.risk.queries import RiskSettings
from pasarela.core.risk.set_limit import SetLimit
from pasarela.core.tenants.authenticate import Authenticate
from pasarela.core.tenants.change_status import ChangeStatus
from pasarela.core.tenants.issue_key import IssueKey
from pasarela.core.tenants.queries import Tenants
from pasarela.core.tenants.register import Register
from pasarela.core.tenants.revoke_key import RevokeKey
from pasarela.core.vault.create_token import CreateToken
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.delete_card import DeleteCard
from pasarela.core.vault.queries import Cards, Tokens
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.core.vault.store_card import StoreCard
from pasarela.core.vault.update_card import UpdateCard
from pasarela.core.webhooks.create import CreateWebhook
from pasarela.core.webhooks.delete import DeleteWebhook
from pasarela.core.webhooks.passwords import Passwords
from pasarela.core.webhooks.queries import Webhooks
from pasarela.core.webhooks.verify import VerifyWebhook
from pasarela.infra.database import Database, Tx
from pasarela.infra.due_work import DueWork
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.infra.http_client import HttpClient
from pasarela.infra.inbox import Inbox
from pasarela.infra.keyring import Keyring
from pasarela.infra.mail import Mailer
from pasarela.infra.outbox import Outbox
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.rails.authentication import AuthenticationRail
from pasarela.rails.contract import CardRail, SpeiRail


@dataclass(frozen=True, slots=True)
class Plumbing:
    """What the core stands on."""

    database: Database
    clock: Clock
    ids: IdSource
    keyring: Keyring
    ephemeral: EphemeralSecrets
    outbox: Outbox
    inbox: Inbox
    due_work: DueWork
    http: HttpClient


class TenantParts:
    """Who uses the platform."""

    def __init__(self, on: Plumbing) -> None:
        self.queries = Tenants(on.database)
        self.authenticate = Authenticate(on.database)
        self.issue_key = IssueKey(on.database, on.clock, on.ids)
        self.revoke_key = RevokeKey(on.database, on.clock)
        self.register = Register(on.database, on.clock, on.ids, self.issue_key)
        self.change_status = ChangeStatus(on.database)


class PlaceParts:
    """Where people pay cash."""

    def __init__(self, on: Plumbing) -> None:
        self.stores = Stores(on.database)
        self.import_stores = ImportStores(on.database, on.clock)


class RateParts:
    """What currencies are worth."""

    def __init__(self, on: Plumbing) -> None:
        self.queries = Rates(on.database)
        self.import_rates = ImportRates(on.database, on.clock)


class WebhookParts:
    """Where merchants want to hear of what happens."""

    def __init__(self, on: Plumbing) -> None:
        self.queries = Webhooks(on.database)
        self.create = CreateWebhook(on.database, on.http, Passwords(on.keyring), on.clock)
        self.verify = VerifyWebhook(on.database, on.clock)
        self.delete = DeleteWebhook(on.database, on.clock)


class CheckoutParts:
    """Offers to pay by a link."""

    def __init__(self, on: Plumbing, customers: Customers, payments: Payments) -> None:
        self.queries = Checkouts(on.database)
        self.create = CreateCheckout(on.database, customers, on.clock)
        self.change = ChangeCheckout(on.database, on.clock)
        self.pay = PayCheckout(on.database, payments.request, payments.queries, customers, on.clock, on.ids)


class LedgerParts:
    """The books."""

    def __init__(self, on: Plumbing) -> None:
        self.queries = LedgerQueries(on.database)
        self.verify = Verify(on.database)
        self.seal = Seal(on.database, on.clock)


class CustomerParts:
    """Whom tenants charge and pay."""

    def __init__(self, on: Plumbing) -> None:
        self.queries = Customers(on.database)
        self.create = CreateCustomer(on.database, on.clock)
        self.update = UpdateCustomer(on.database)
        self.delete = DeleteCustomer(on.database, on.outbox, on.clock, on.ids)


class VaultParts:
    """Cards and tokens."""

    def __init__(self, on: Plumbing) -> None:
        self.sealer = Sealer(DataKeys(on.database, on.keyring, on.clock), on.keyring)
        self.sources = Sources(on.database, on.clock)
        self.cards = Cards(on.database)
        self.tokens = Tokens(on.database)
        self.create_token = CreateToken(on.database, self.sealer, on.ephemeral, on.clock)
        self.store_card = StoreCard(on.database, self.sealer, on.clock)
        self.update_card = UpdateCard(on.database, on.ephemeral)
        self.delete_card = DeleteCard(on.database, on.ephemeral, on.clock)


class RiskParts:
    """What refuses a sale before its issuer is asked."""

    def __init__(self, on: Plumbing, vault: VaultParts) -> None:
        profiles = Profiles(on.database)
        self.assess = Assess(on.database, profiles)
        self.explain = Explain(on.database, profiles)
        self.settings = RiskSettings(on.database)
        self.set_limit = SetLimit(on.database, profiles, on.clock)
        self.change_list = ChangeList(on.database, profiles, vault.sealer, on.clock)
        self.prune = PruneCounters(on.database)


@dataclass(frozen=True, slots=True)
class Post:
    """Who carries messages to payers, and who writes them."""

    mailer: Mailer
    write: WriteLetter


class MessageParts:
    """What is told to payers."""

    def __init__(self, on: Plumbing, payments: PaymentQueries, post: Post) -> None:
        self.queries = Messages(on.database)
        self.keep = KeepMessage(on.database)
        self.ask_to_write = AskToWrite(payments, on.due_work)
        self.send = SendLetters(on.database, payments, post.write, post.mailer, on.clock)


class CoreParts:
    """All slices, on one card rail, SPEI, a way to the issuers who authenticate payers, and a mail carrier."""

    def __init__(
        self, on: Plumbing, rail: CardRail, spei: SpeiRail, authentication: AuthenticationRail, post: Post
    ) -> None:
        self.tenants = TenantParts(on)
        self.places = PlaceParts(on)
        self.rates = RateParts(on)
        self.webhooks = WebhookParts(on)
        self.ledger = LedgerParts(on)
        self.customers = CustomerParts(on)
        self.vault = VaultParts(on)
        self.risk = RiskParts(on, self.vault)
        self.payments = Payments(
            Below(
                database=on.database,
                rail=rail,
                tenants=self.tenants.queries,
                rates=self.rates.queries,
                sealer=self.vault.sealer,
                sources=self.vault.sources,
                cards=self.vault.cards,
                store_card=self.vault.store_card,
                secrets=on.ephemeral,
                assess=self.risk.assess,
                outbox=on.outbox,
                inbox=on.inbox,
                due_work=on.due_work,
                clock=on.clock,
                ids=on.ids,
            )
        )
        self.checkouts = CheckoutParts(on, self.customers.queries, self.payments)
        self.payouts = Payouts(
            BelowPayouts(
                database=on.database,
                rail=spei,
                tenants=self.tenants.queries,
                sealer=self.vault.sealer,
                sources=self.vault.sources,
                cards=self.vault.cards,
                outbox=on.outbox,
                inbox=on.inbox,
                due_work=on.due_work,
                clock=on.clock,
                ids=on.ids,
            )
        )
        self.collect = _collect(on, self)
        self.deposits = Deposits(self.collect, on.clock)
        self.authentication = _authentication(on, self, authentication)
        self.issuing = _issuing(on, self)
        self.messages = MessageParts(on, self.payments.queries, post)
        self.billing = _billing(on, self)


def _collect(on: Plumbing, core: CoreParts) -> Collect:
    """Money that comes in, and goes back when nobody may keep it."""
    return Collect(
        on.database,
        core.customers.queries,
        core.tenants.queries,
        Fees(core.tenants.queries),
        _SendBack(core.payouts.return_deposit),
        on.outbox,
        on.due_work,
        on.ids,
    )


def _authentication(on: Plumbing, core: CoreParts, rail: AuthenticationRail) -> Authentication:
    """Payers who prove who they are."""
    return Authentication(
        BelowAuthentication(
            database=on.database,
            rail=rail,
            payments=core.payments,
            tenants=core.tenants.queries,
            sealer=core.vault.sealer,
            sources=core.vault.sources,
            secrets=on.ephemeral,
            due_work=on.due_work,
            clock=on.clock,
            ids=on.ids,
        )
    )


def _issuing(on: Plumbing, core: CoreParts) -> Issuing:
    """Cards that programs issue."""
    return Issuing(
        BelowIssuing(
            database=on.database,
            tenants=core.tenants.queries,
            sealer=core.vault.sealer,
            sources=core.vault.sources,
            keyring=on.keyring,
            clock=on.clock,
            ids=on.ids,
        )
    )


def _billing(on: Plumbing, core: CoreParts) -> Billing:
    """Subscriptions, which end when their customer goes."""
    billing = Billing(
        BelowBilling(
            database=on.database,
            payments=core.payments,
            customers=core.customers.queries,
            tenants=core.tenants.queries,
            sealer=core.vault.sealer,
            sources=core.vault.sources,
            outbox=on.outbox,
            due_work=on.due_work,
            clock=on.clock,
            ids=on.ids,
        )
    )
    core.customers.delete.on_delete(billing.customer_leaves)
    return billing


class _SendBack:
    """Lets payments send money back through payouts, which stand beside them: binds the one's port to the other's
    verb."""

    def __init__(self, return_deposit: ReturnDeposit) -> None:
        self._return_deposit = return_deposit

    async def __call__(self, tx: Tx, money: MoneyToReturn) -> None:
        assert money.sender.account is not None, "money without a sender's account stays where it is"
        await self._return_deposit(
            tx,
            DepositToReturn(
                money.tenant_id,
                money.return_id,
                money.amount,
                money.held_on,
                money.sender.tracking_key,
                money.sender.account,
                money.sender.name or "",
                money.reason,
                money.at,
            ),
        )
