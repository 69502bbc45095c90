"""The platform behind the dialects' ports, in memory: it answers what a test wants and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from pasarela.core.authentication.model import PreparePayment
from pasarela.core.context import Caller, Mode
from pasarela.core.payments.card_views import view_of_card
from pasarela.core.payments.errors import UnknownPayment
from pasarela.core.payments.model import (
    AuthoriseCard,
    CapturePayment,
    ChargedFee,
    InlineCard,
    Level,
    Operation,
    OperationKind,
    OperationStatus,
    Payment,
    PaymentFilter,
    PaymentStatus,
    RefundPayment,
    RequestPayment,
)
from pasarela.core.payments.rules import waiting
from pasarela.core.payments.save_card import SaveCardCommand
from pasarela.core.payments.waiting import CancelWaiting, PayWaiting
from pasarela.core.places.model import Point, Store
from pasarela.core.tenants.errors import UnknownKey
from pasarela.core.tenants.model import Authenticated, KeyKind, Tenant, TenantStatus
from pasarela.core.vault.bins import facts_of
from pasarela.core.vault.errors import UnknownCard, UnknownToken
from pasarela.core.vault.model import Address, SavedCard, Token
from pasarela.facades.toolkit.ports import Paper, Payments, Services, Vault
from pasarela.infra.idempotency import Answer, IdempotencyKeyReused, Key
from pasarela.infra.request_log import LoggedCall
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.ids import IdSource, seeded
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.paging import CreatedBetween, Page
from pasarela.kernel.secret import Secret
from pasarela.web.receipts import barcode
from pasarela.web.receipts.receipts import store_receipt, transfer_receipt
from tests.facades.fake_billing import FakeBilling
from tests.facades.fake_checkouts import FakeCheckouts
from tests.facades.fake_customers import FakeCustomers
from tests.facades.fake_issuing import no_issuing
from tests.facades.fake_money_out import FakeMoneyOut, no_sender
from tests.facades.fake_payables import FakePayables
from tests.facades.fake_points import santander_points
from tests.facades.fake_webhooks import FakeWebhooks
from tests.fakes.stopped_clock import StoppedClock

MERCHANT = "mzdtln0bmtms6o3kck8f"
PRIVATE = "sk_e568c42a6c384b7ab02cd47d2e407cab"
PUBLIC = "pk_e568c42a6c384b7ab02cd47d2e407cab"
FIRST_DAY = datetime(2026, 1, 5, 18, 30, tzinfo=UTC)

TENANT = Tenant(
    tenant_id=7,
    api="openpay",
    account=MERCHANT,
    name="Demo Openpay",
    email="demo@openpay.mx",
    phone="(442) 258-1039",
    status=TenantStatus.ACTIVE,
    mode=Mode.TEST,
    clabe="646180109400135624",
    city=None,
    category_code=None,
    created_at=FIRST_DAY,
    tariffs=(),
    settings={},
)


def mxn(minor: int) -> Money:
    return Money(minor, Currency.MXN)


class FakePlatform:
    """`refusal`, when set, is raised by every verb. `asked` holds the commands and filters in order."""

    def __init__(self, *, sandbox: bool = True) -> None:
        self.clock = StoppedClock()
        self.calls: list[LoggedCall] = []
        self.asked: list[object] = []
        self.callers: list[Caller] = []
        self.refusal: Exception | None = None
        self.tenant = TENANT
        self.payments: dict[str, Payment] = {}
        self.cards: dict[str, SavedCard] = {}
        self.tokens: dict[str, Token] = {}
        self.stores: list[Store] = []
        self.payables = FakePayables(TENANT)
        self.webhooks = FakeWebhooks(self.clock, self._heard)
        self.checkouts = FakeCheckouts(self.clock, self._heard)
        self.answers: dict[tuple[int, str, str], tuple[bytes, Answer]] = {}
        self.customers = FakeCustomers(self._heard, self.clock)
        self.money_out = FakeMoneyOut(self._heard, self.clock)
        self.billing = FakeBilling(self._heard, self.clock, a_card)
        self.services = self._services(sandbox=sandbox)

    def _services(self, *, sandbox: bool) -> Services:
        return Services(
            authenticate=self._authenticate,
            payments=Payments(
                authorise=self._authorise,
                request=self._request,
                prepare=self._prepare,
                prepare_waiting=lambda caller, command: self._get(caller, command.payment_id, None),
                capture=self._capture,
                refund=self._refund,
                pay_waiting=self._pay_waiting,
                cancel_waiting=self._cancel_waiting,
                save_card=self._save_card,
                get=self._get,
                sender=no_sender,
                list=self._list,
                ask_points=santander_points,
            ),
            customers=self.customers.port,
            vault=Vault(
                create_token=self._create_token,
                get_token=self._get_token,
                get_card=self._get_card,
                list_cards=self._list_cards,
                delete_card=self._delete_card,
                update_card=self._update_card,
            ),
            money_out=self.money_out.port,
            billing=self.billing.port,
            issuing=no_issuing(),
            authenticate_key=self._authenticate_key,
            merchant_balance=self._balance,
            stores_near=self._stores_near,
            webhooks=self.webhooks.port(),
            checkouts=self.checkouts.port(),
            paper=Paper(barcode.png, barcode.svg, store_receipt, transfer_receipt),
            payables=self.payables.port(),
            clock=self.clock,
            ids=IdSource(self.clock, seeded("facades")),
            request_log=self,
            idempotency=self,
            sandbox=sandbox,
            base_url="http://127.0.0.1:8080",
        )

    def record(self, call: LoggedCall) -> None:
        self.calls.append(call)

    def fingerprint(self, *parts: bytes) -> bytes:
        return b"|".join(parts)

    async def once(self, key: Key, subject: str, work: Callable[[str], Awaitable[Answer]]) -> Answer:
        name = (key.tenant_id, key.scope, key.key)
        if name in self.answers:
            said, answer = self.answers[name]
            if said != key.fingerprint:
                raise IdempotencyKeyReused
            return answer
        answer = await work(subject)
        self.answers[name] = (key.fingerprint, answer)
        return answer

    async def _authenticate(self, api: str, account: str, key: Secret) -> Authenticated:
        kinds = {PRIVATE: KeyKind.PRIVATE, PUBLIC: KeyKind.PUBLIC}
        if api != "openpay" or account != MERCHANT or key.reveal() not in kinds:
            raise UnknownKey
        return Authenticated(self.tenant, kinds[key.reveal()])

    async def _authenticate_key(self, api: str, key: Secret) -> Authenticated:
        return await self._authenticate(api, MERCHANT, key)

    async def _stores_near(
        self, tenant_id: int, centre: Point, kilometers: float, amount_minor: int
    ) -> Sequence[Store]:
        self._heard(None, (centre, kilometers, amount_minor))
        return self.stores

    def _heard(self, caller: Caller | None, asked: object) -> None:
        if caller is not None:
            self.callers.append(caller)
        self.asked.append(asked)
        if self.refusal is not None:
            raise self.refusal

    async def _request(self, caller: Caller, command: RequestPayment) -> Payment:
        self._heard(caller, command)
        now = self.clock.now()
        payment = Payment(
            tenant_id=caller.tenant_id,
            payment_id=command.payment_id,
            api=caller.api,
            instrument=command.instrument,
            status=waiting(command.instrument),
            amount=command.amount,
            captured=Money.zero(command.amount.currency),
            refunded=Money.zero(command.amount.currency),
            capture_now=command.capture,
            confirm=command.confirm,
            order_id=command.order_id,
            description=command.description,
            customer_id=command.customer_id,
            source_id=None,
            card=None,
            payer=command.payer,
            details=command.details,
            authorization_code=None,
            response_code=None,
            decline=None,
            fee=None,
            created_at=now,
            operated_at=now,
            expires_at=command.due_at,
            credits_customer=command.credits_customer,
            reference=command.reference,
        )
        self.payments[payment.payment_id] = payment
        return payment

    async def _prepare(self, caller: Caller, command: PreparePayment) -> Payment:
        source = command.source
        view = view_of_card(source.card if isinstance(source, InlineCard) else a_card())
        asked = replace(await self._request(caller, command.request), card=view, confirm=command.request.confirm)
        self.asked[-1] = command
        return self._keep(asked)

    async def _authorise(self, caller: Caller, command: AuthoriseCard) -> Payment:
        self._heard(caller, command)
        source, now = command.source, self.clock.now()
        inline = isinstance(source, InlineCard)
        card = source.card if isinstance(source, InlineCard) else a_card()
        view = view_of_card(card, source.address if isinstance(source, InlineCard) else None)
        payment = Payment(
            tenant_id=caller.tenant_id,
            payment_id=command.payment_id,
            api=caller.api,
            instrument=Instrument.CARD,
            status=PaymentStatus.COMPLETED if command.capture else PaymentStatus.AUTHORIZED,
            amount=command.amount,
            captured=command.amount if command.capture else Money.zero(command.amount.currency),
            refunded=Money.zero(command.amount.currency),
            capture_now=command.capture,
            order_id=command.order_id,
            description=command.description,
            customer_id=command.customer_id,
            credits_customer=command.credits_customer,
            source_id=None if isinstance(source, InlineCard) else source.source_id,
            card=view if inline else replace(view, card_id="kqgykn96i7bcs1wwhvgw", created_at=FIRST_DAY),
            payer=command.payer,
            details=command.details,
            authorization_code="801585",
            response_code="00",
            decline=None,
            fee=ChargedFee(mxn(279), 1600) if command.capture else None,
            created_at=now,
            operated_at=now,
            expires_at=None,
        )
        self.payments[payment.payment_id] = payment
        return payment

    async def _capture(self, caller: Caller, command: CapturePayment) -> Payment:
        self._heard(caller, command)
        held = self._payment(command.payment_id, command.level)
        amount = command.amount or held.amount
        return self._keep(replace(held, status=PaymentStatus.COMPLETED, amount=amount, captured=amount))

    async def _refund(self, caller: Caller, command: RefundPayment) -> Payment:
        self._heard(caller, command)
        paid = self._payment(command.payment_id, command.level)
        if paid.status is PaymentStatus.AUTHORIZED:
            return self._keep(replace(paid, status=PaymentStatus.VOIDED))
        amount, now = command.amount or paid.captured - paid.refunded, self.clock.now()
        operation = Operation(
            command.operation_id,
            OperationKind.REFUND,
            OperationStatus.COMPLETED,
            amount,
            command.description,
            "801586",
            now,
            now,
        )
        refunded = paid.refunded + amount
        return self._keep(replace(paid, refunded=refunded, operations=(*paid.operations, operation)))

    async def _pay_waiting(self, caller: Caller, command: PayWaiting) -> Payment:
        self._heard(caller, command)
        waits = self._payment(command.payment_id, None)
        paid = replace(waits, status=PaymentStatus.COMPLETED, captured=waits.amount, card=view_of_card(a_card(), None))
        return self._keep(replace(paid, tries=waits.tries + 1))

    async def _cancel_waiting(self, caller: Caller, command: CancelWaiting) -> Payment:
        self._heard(caller, command)
        return self._keep(replace(self._payment(command.payment_id, command.level), status=PaymentStatus.VOIDED))

    async def _get(self, caller: Caller, payment_id: str, level: Level | None) -> Payment:
        self._heard(caller, payment_id)
        return self._payment(payment_id, level)

    async def _list(self, caller: Caller, wanted: PaymentFilter, page: Page) -> Sequence[Payment]:
        self._heard(caller, (wanted, page))
        level = wanted.level or Level()
        return [payment for payment in self.payments.values() if level.sees(payment)]

    def _payment(self, payment_id: str, level: Level | None) -> Payment:
        if payment_id not in self.payments or (level and not level.sees(self.payments[payment_id])):
            raise UnknownPayment
        return self.payments[payment_id]

    def _keep(self, payment: Payment) -> Payment:
        self.payments[payment.payment_id] = payment
        return payment

    async def _save_card(self, caller: Caller, command: SaveCardCommand) -> SavedCard:
        self._heard(caller, command)
        card = command.card or a_card()
        saved = SavedCard(
            command.card_id,
            command.customer_id,
            b"",
            facts_of(card.pan.reveal()),
            card.holder_name,
            card.expiry,
            command.address,
            command.device_session_id,
            self.clock.now(),
        )
        self.cards[saved.card_id] = saved
        return saved

    async def _create_token(self, caller: Caller, token_id: str, card: CardData, address: Address | None) -> Token:
        self._heard(caller, (token_id, card, address))
        token = Token(
            token_id,
            b"",
            facts_of(card.pan.reveal()),
            card.holder_name,
            card.expiry,
            address,
            self.clock.now(),
            self.clock.now(),
            None,
            None,
        )
        self.tokens[token_id] = token
        return token

    async def _get_token(self, tenant_id: int, token_id: str) -> Token:
        self._heard(None, token_id)
        if token_id not in self.tokens:
            raise UnknownToken
        return self.tokens[token_id]

    async def _get_card(self, tenant_id: int, card_id: str, customer_id: str | None) -> SavedCard:
        self._heard(None, card_id)
        return self._card(card_id, customer_id)

    def _card(self, card_id: str, customer_id: str | None) -> SavedCard:
        if card_id not in self.cards or self.cards[card_id].customer_id != customer_id:
            raise UnknownCard
        return self.cards[card_id]

    async def _list_cards(
        self, tenant_id: int, customer_id: str | None, created: CreatedBetween, page: Page
    ) -> Sequence[SavedCard]:
        self._heard(None, (customer_id, created, page))
        return [card for card in self.cards.values() if card.customer_id == customer_id]

    async def _delete_card(self, caller: Caller, card_id: str, customer_id: str | None) -> None:
        self._heard(caller, card_id)
        del self.cards[self._card(card_id, customer_id).card_id]

    async def _update_card(
        self,
        caller: Caller,
        card_id: str,
        customer_id: str | None = None,
        *,
        today: date,
        holder_name: str | None = None,
        expiry: Expiry | None = None,
        cvv: Secret | None = None,
    ) -> SavedCard:
        self._heard(caller, (card_id, today, holder_name, expiry, cvv))
        return await self._get_card(caller.tenant_id, card_id, customer_id)

    async def _balance(self, tenant_id: int, currency: Currency) -> Money:
        return Money(21_873, currency)


def a_card(pan: str = "4111111111111111") -> CardData:
    return CardData(Secret(pan), "Juan Perez Ramirez", Expiry(2029, 12))
