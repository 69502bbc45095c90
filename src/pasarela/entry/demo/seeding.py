"""Makes the demo data by the same verbs that merchants' calls run, so that the ledger balances and events are told.

What it makes stands in `demo.json`; ids are fixed there, so every sandbox holds the same objects.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from pasarela.core.context import Caller
from pasarela.core.customers.model import Customer, NewCustomer
from pasarela.core.payments.errors import PaymentDeclined
from pasarela.core.payments.model import AuthoriseCard, CapturePayment, InlineCard, Payer, RefundPayment, SavedSource
from pasarela.core.payments.save_card import SaveCardCommand
from pasarela.core.payouts.answer_by_hand import OtherBanks
from pasarela.core.places.csv_file import read_stores
from pasarela.core.places.model import Store
from pasarela.core.rates.csv_file import read_rates
from pasarela.core.rates.model import ExchangeRate
from pasarela.core.tenants.model import NewTenant
from pasarela.core.webhooks.model import NewWebhook
from pasarela.entry.core_parts import CoreParts
from pasarela.entry.demo.billing import BillingSeeding
from pasarela.entry.demo.issuing import IssuingSeeding
from pasarela.entry.demo.money_out import MoneyOutSeeding
from pasarela.entry.demo.waiting import WaitingSeeding
from pasarela.infra.database import Database, SqlFiles
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.clock import Clock
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import Secret

SQL = SqlFiles("pasarela.entry")

CARD_YEARS = 4
TOKEN_LIFE = timedelta(days=36_500)
"""Tokens live an hour; the document's examples name some that must still work next year."""

_NO_CODE = "DemoData"
_PAYER = Payer(name="Juan", last_name="Vazquez Juarez", email="juan.vazquez@empresa.com.mx")
_Json = Mapping[str, Any]


def demo_data() -> _Json:
    """The data as they stand in the file."""
    text = files(__package__).joinpath("demo.json").read_text(encoding="utf-8")
    data: _Json = json.loads(text)
    return data


def demo_stores() -> list[Store]:
    """The stores that take cash: those that the document prints, and invented ones around the big cities."""
    return read_stores(files(__package__).joinpath("stores.csv").read_text(encoding="utf-8").splitlines())


def demo_rates() -> list[ExchangeRate]:
    """What currencies are worth in a sandbox, whatever its day: what the document prints."""
    return read_rates(files(__package__).joinpath("rates.csv").read_text(encoding="utf-8").splitlines())


class Seeding:
    """Fills an empty database; to be run once, with a card network and other banks at hand."""

    def __init__(self, core: CoreParts, banks: OtherBanks, database: Database, clock: Clock) -> None:
        self._core = core
        self._banks = banks
        self._database = database
        self._clock = clock

    async def __call__(self) -> None:
        await self._core.places.import_stores(demo_stores())
        await self._core.rates.import_rates(demo_rates())
        for tenant in demo_data()["tenants"]:
            await self._tenant(tenant)
        await IssuingSeeding(self._core.issuing, self._core.tenants.register, self._clock)()

    async def _tenant(self, data: _Json) -> None:
        registered = await self._core.tenants.register(
            NewTenant(
                data["api"],
                data["name"],
                account=data["account"],
                email=data.get("email"),
                phone=data.get("phone"),
                private_key=Secret(data["private_key"]),
                public_key=Secret(data["public_key"]) if "public_key" in data else None,
                clabe=data.get("clabe"),
                settings=data.get("settings", {}),
            )
        )
        tenant = registered.tenant
        caller = Caller(tenant.tenant_id, tenant.api, tenant.account, tenant.name, tenant.mode, "demo data")
        await self._cards(caller, data)
        await self._tokens(caller, data.get("tokens", ()))
        await self._webhooks(caller, data.get("webhooks", ()))
        for payment in data.get("payments", ()):
            await self._payment(caller, payment)
        for customer in data.get("customers", ()):
            await self._customer(caller, customer)
        billing = BillingSeeding(self._core.billing, self._card)
        await billing(caller, data.get("plans", ()), data.get("subscriptions", ()))
        money_out = MoneyOutSeeding(self._core.payouts, self._banks, self._core.customers.queries, self._payment)
        await money_out(caller, data.get("money_out", []))

    async def _customer(self, caller: Caller, data: _Json) -> None:
        """A customer with his cards and payments; those of one with an account are what his balance comes from."""
        new = NewCustomer(
            data["id"],
            data["name"],
            data.get("last_name"),
            data["email"],
            data.get("phone_number"),
            data.get("address"),
            data.get("external_id"),
            has_account=data.get("requires_account", False),
            clabe=data.get("clabe"),
            store_reference=data.get("store_reference"),
        )
        customer = await self._core.customers.create(caller, new)
        await self._cards(caller, data, customer)
        for payment in data.get("payments", ()):
            await self._payment(caller, payment, customer)

    async def _cards(self, caller: Caller, data: _Json, customer: Customer | None = None) -> None:
        owner = customer.customer_id if customer else None
        for card in data.get("cards", ()):
            command = SaveCardCommand(card["id"], self._card(card), customer_id=owner, address=card.get("address"))
            await self._core.payments.save_card(caller, command)

    async def _webhooks(self, caller: Caller, webhooks: Sequence[_Json]) -> None:
        """Verified without asking: their hosts are strangers'."""
        for data in webhooks:
            password = Secret(data["password"]) if "password" in data else None
            events = tuple(data["event_types"])
            new = NewWebhook(data["id"], data["url"], data.get("user"), password, events, _NO_CODE, None)
            await self._core.webhooks.create(caller, new)

    async def _tokens(self, caller: Caller, tokens: list[_Json]) -> None:
        for token in tokens:
            await self._core.vault.create_token(caller, token["id"], self._card(token), token.get("address"))
        async with self._database.operator() as tx:
            until = self._now() + TOKEN_LIFE
            await tx.execute(SQL["prolong_tokens"], caller.tenant_id, [token["id"] for token in tokens], until)

    async def _payment(self, caller: Caller, data: _Json, customer: Customer | None = None) -> None:
        if data.get("method") == "bank_account":
            assert customer is not None, "the demo data's charges by transfer are customers'"
            await WaitingSeeding(self._core.payments.request, self._core.collect, self._clock)(caller, data, customer)
            return
        source = InlineCard(self._card(data["card"])) if "card" in data else SavedSource(data["source"])
        command = AuthoriseCard(
            data["id"],
            source,
            _money(data),
            capture=not data.get("hold", False),
            order_id=data.get("order_id"),
            description=data["description"],
            customer_id=customer.customer_id if customer else None,
            credits_customer=customer is not None and customer.has_account,
            payer=_PAYER,
            details=data.get("details", {}),
        )
        payments = self._core.payments
        declined = False
        try:
            await payments.authorise(caller, command)
        except PaymentDeclined:
            declined = True
        assert declined is data.get("declined", False), f"{data['id']} went another way than the demo data say"
        if (capture := data.get("capture")) is not None:
            await payments.capture(caller, CapturePayment(data["id"], capture["id"], _money(capture)))
        if (refund := data.get("refund")) is not None:
            command_back = RefundPayment(data["id"], refund["id"], _money(refund), refund["description"])
            await payments.refund(caller, command_back)

    def _card(self, data: _Json) -> CardData:
        expiry = Expiry(self._now().year + CARD_YEARS, 12)
        return CardData(Secret(data["number"]), data["holder_name"], expiry, Secret("110"))

    def _now(self) -> datetime:
        return self._clock.now()


def _money(data: _Json) -> Money:
    return Money.parse(data["amount"], Currency.of(data.get("currency", "MXN")))
