"""What the control plane calls, bound by the composition root: the same verbs and queries that the dialects call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pasarela.control.answers import ControlRefusal, bad_value
from pasarela.core.issuing.disclose import CardSecrets, WaitingPlastic
from pasarela.core.ledger.queries import LedgerQueries
from pasarela.core.ledger.verify import Verify
from pasarela.core.messages.queries import Messages
from pasarela.core.payments.model import Payment, Receipt
from pasarela.core.payouts.model import Payout
from pasarela.core.payouts.plans import SettlementPlans
from pasarela.core.risk.change_list import ChangeList
from pasarela.core.risk.explain import Explain
from pasarela.core.risk.queries import RiskSettings
from pasarela.core.risk.set_limit import SetLimit
from pasarela.core.tenants.errors import UnknownTenant
from pasarela.core.tenants.model import Tenant
from pasarela.core.tenants.queries import Tenants
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.clock_store import ClockMover
from pasarela.infra.faults import FaultStore
from pasarela.kernel.cards import CardData
from pasarela.kernel.clock import OffsetClock
from pasarela.kernel.money import Money


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which API calls a list shows; `None` means any. `status` is one status, `status_class` the first digit."""

    api: str | None = None
    account: str | None = None
    status: int | None = None
    status_class: int | None = None
    before: datetime | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events a list shows; `None` means any."""

    tenant_id: int | None = None
    type: str | None = None
    subject: str | None = None
    before: datetime | None = None
    limit: int = 20


class Journal(Protocol):
    """Reads what the platform wrote down about calls and events; rows as mappings, newest first."""

    async def calls(self, wanted: CallFilter) -> Sequence[Mapping[str, Any]]: ...

    async def call(self, request_id: str) -> Mapping[str, Any] | None: ...

    async def events(self, wanted: EventFilter) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where the provider's document has the rule that a call broke, and what mends it."""

    section: str
    fix: str


ExplainRule = Callable[[str, str, str, str], Explanation | None]
"""API, rule, method and path of a refused call."""


class TenantFinder:
    """Finds a tenant by what people call it: its account, or `api:account` where two APIs have the same."""

    def __init__(self, tenants: Tenants, apis: Sequence[str]) -> None:
        self._tenants = tenants
        self._apis = apis

    async def find(self, name: str) -> Tenant:
        """Raises `ControlRefusal`."""
        api, colon, account = name.partition(":")
        asked = [(api, account)] if colon else [(each, name) for each in self._apis]
        found = [tenant for pair in asked if (tenant := await self._by_account(*pair)) is not None]
        if not found:
            raise bad_value("tenant", f"there is no account {name!r}", "name an account: mzdtln0bmtms6o3kck8f")
        if len(found) > 1:
            several = " or ".join(f"{tenant.api}:{tenant.account}" for tenant in found)
            raise bad_value("tenant", f"{name!r} is an account of several APIs", f"name one: {several}")
        return found[0]

    async def apis_of(self, account: str) -> list[str]:
        """The APIs at which somebody has this account."""
        return [api for api in self._apis if await self._by_account(api, account) is not None]

    async def _by_account(self, api: str, account: str) -> Tenant | None:
        try:
            return await self._tenants.by_account(api, account)
        except UnknownTenant:
            return None


@dataclass(frozen=True, slots=True)
class RiskDesk:
    """The risk slice, as far as people set it up."""

    settings: RiskSettings
    set_limit: SetLimit
    change_list: ChangeList
    explain: Explain
    sealer: Sealer


class ReviewDesk(Protocol):
    """Payments that are held until somebody has looked at them; the errors are `core.payments`'."""

    async def in_review(self, tenant_id: int, most: int) -> Sequence[Payment]: ...

    async def release(self, payment_id: str) -> Payment: ...

    async def decline(self, payment_id: str) -> Payment: ...


class SpeiDesk(Protocol):
    """The simulated banks, and what they do to our payouts; the errors are `core.payouts`'. `name` is a payout's id or
    its order's tracking key."""

    async def deposit(
        self,
        *,
        clabe: str,
        amount: Money,
        reference: str | None,
        concept: str,
        sender_name: str | None,
        sender_clabe: str | None,
        sender_tax_id: str | None,
        tracking_key: str | None,
    ) -> str: ...

    async def settle(self, name: str) -> Payout: ...

    async def give_back(self, name: str, reason: str) -> Payout: ...


class MoneyInDesk(Protocol):
    """Payments that wait for their payer, and what a payer does about them; `TimeoutError` when nobody works it off."""

    async def waiting(self, reference: str) -> Payment | None:
        """The payment that bears `reference`, whatever its state."""
        ...

    async def by_reference(self, reference: str) -> Payment:
        """The same; raises `UnknownPayment`."""
        ...

    async def pay_in_store(self, reference: str, amount: Money, chain: str | None) -> Receipt:
        """Raises `PaymentNotTaken`; then nothing has happened."""
        ...

    async def approve(self, payment: Payment) -> Receipt:
        """Raises `PaymentNotTaken`: the wallet got the money back."""
        ...

    async def reject(self, payment: Payment) -> None:
        """Raises `NotInState`."""
        ...

    async def call(self, payment: Payment, key: str, card: CardData) -> str:
        """What the payer hears at the telephone, a word of `core.payments.phone_calls`."""
        ...


class IssuedCardsDesk(Protocol):
    """What may be seen of issued cards in a sandbox: `core.issuing.disclose`."""

    async def stock(self, product_id: str | None, count: int) -> Sequence[WaitingPlastic]: ...

    async def secrets(self, card_id: str) -> CardSecrets:
        """Raises `core.issuing.errors.UnknownCard`."""
        ...


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """All of it. `dialects` are the APIs that are built; `reset` raises `ControlRefusal` when calls do not end."""

    dialects: Sequence[str]
    tenants: Tenants
    finder: TenantFinder
    clock: OffsetClock
    mover: ClockMover
    faults: FaultStore
    journal: Journal
    explain_rule: ExplainRule
    verify: Verify
    ledger: LedgerQueries
    risk: RiskDesk
    reviews: ReviewDesk
    spei: SpeiDesk
    settlement_plans: SettlementPlans
    money_in: MoneyInDesk
    issued_cards: IssuedCardsDesk
    messages: Messages
    outcomes: Mapping[str, Any]
    reset: Callable[[], Awaitable[None]]


class StillBusy(ControlRefusal):
    """A call in flight does not end, so the sandbox can't be reset now."""

    def __init__(self) -> None:
        super().__init__(
            503, "busy", "a call in flight does not end, nothing was reset", fix="try again when it has ended"
        )
