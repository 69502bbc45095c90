"""The demo data's issuing program, made by the core's verbs: clients, products, a stock, cards with money on them.

What it makes stands in `issuing.json`; the ids are those that the document's examples name.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

from pasarela.core.issuing.model import (
    Delivery,
    Document,
    FeeRule,
    HolderAddress,
    NewCardholder,
    NewClient,
    NewKey,
    Padding,
    Place,
    Product,
    ProductKind,
    Session,
)
from pasarela.core.issuing.money import CardMoney
from pasarela.core.issuing.opening import AccountWish
from pasarela.core.issuing.slice import Issuing
from pasarela.core.issuing.stock import StockLine
from pasarela.core.tenants.model import NewTenant
from pasarela.core.tenants.register import Register
from pasarela.kernel.cards import Expiry
from pasarela.kernel.clock import Clock
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import Secret

API = "necipco"
VALIDITY_MONTHS = 48

_Json = Mapping[str, Any]
_PLACE = Place(Decimal("19.43260"), Decimal("-99.13320"))
_ADDRESS = HolderAddress("Av. Siempre", "#12", "Lt3.", "Nápoles", "Benito Juárez", "Ciudad de México", "CDMX", "55120")
_DELIVERY = Delivery("Av. Siempre", "#12 Lt3.", "Benito Juárez", "CDMX", "55120")
_DOCUMENT = Document("INE", "321321321321321")


def issuing_data() -> _Json:
    """The data as they stand in the file."""
    text = files(__package__).joinpath("issuing.json").read_text(encoding="utf-8")
    data: _Json = json.loads(text)
    return data


class IssuingSeeding:
    """Makes the program in a database that has none."""

    def __init__(self, issuing: Issuing, register: Register, clock: Clock) -> None:
        self._issuing = issuing
        self._register = register
        self._clock = clock

    async def __call__(self) -> None:
        data = issuing_data()
        first, *subclients = data["clients"]
        registered = await self._register(NewTenant(API, first["name"], account=first["id"], email=first["email"]))
        tenant_id = registered.tenant.tenant_id
        await self._issuing.programs.open(tenant_id, _client(first), _key(first["key"]))
        await self._issuing.programs.set_fee(tenant_id, "spei", FeeRule(**data["spei_fee"]))
        for product in data["products"]:
            await self._product(tenant_id, product)
        session = self._session(tenant_id, first)
        spent = [each["amount"] for each in data["cards"]] + [each["available"] for each in subclients]
        await self._deposit(tenant_id, first, sum(map(Decimal, spent), Decimal(first["available"])))
        for each in subclients:
            await self._issuing.clients.create_subclient(
                session, _client(each), _key(each["key"]), _money(each["available"])
            )
        for holder in data["cardholders"]:
            await self._issuing.cardholders.create(session, _holder(holder))
        for card in data["cards"]:
            await self._card(session, data, card)

    async def _deposit(self, tenant_id: int, client: _Json, amount: Decimal) -> None:
        await self._issuing.programs.deposit(tenant_id, client["id"], _made("deposit"), _money(str(amount)))

    async def _product(self, tenant_id: int, data: _Json) -> None:
        programs = self._issuing.programs
        product = Product(
            tenant_id=tenant_id,
            product_id=data["id"],
            name=data["name"],
            description="",
            kind=ProductKind(data["kind"]),
            active=True,
            affinity_group=data["affinity_group"],
            currency=Currency.MXN,
            allow_blank_curp=False,
            allow_blank_rfc=False,
            spei_enabled=data.get("spei", False),
            validity_months=VALIDITY_MONTHS,
            operation_max=None,
            day_max=None,
        )
        await programs.add_product(product)
        await programs.add_range(tenant_id, product.product_id, data["prefix"])
        if count := data.get("stock"):
            await self._issuing.stock.make(tenant_id, product.product_id, count)

    async def _card(self, session: Session, data: _Json, card: _Json) -> None:
        """Active, with its PIN and its money."""
        issuing, physical, virtual = self._issuing, *(each["id"] for each in data["products"])
        holder_id = data["cardholders"][0]["id"]
        wish = AccountWish(card["account"], holder_id, _DOCUMENT, reference=card.get("reference"))
        if "number" in card:
            line = StockLine(Secret(card["number"]), Expiry(self._clock.now().year + VALIDITY_MONTHS // 12, 12))
            await issuing.stock.load(session.tenant_id, physical, [line])
            await issuing.opening.assign(session, card["id"], line.pan, wish, _PLACE)
        else:
            await issuing.opening.create_virtual(session, card["id"], virtual, wish, _PLACE)
        await issuing.cards.activate(session, card["id"], _PLACE)
        if card.get("plastic"):
            await issuing.cards.make_physical(session, card["id"], _DELIVERY, _PLACE)
        await issuing.pins.set(session, card["id"], _made(f"PIN of {card['id']}"), Secret(card["pin"]), _PLACE)
        command = CardMoney(_made(f"money of {card['id']}"), _money(card["amount"]), _PLACE)
        await issuing.money.disburse(session, card["id"], command)

    def _session(self, tenant_id: int, client: _Json) -> Session:
        """As if the client had signed in."""
        until = self._clock.now() + timedelta(hours=1)
        return Session(tenant_id, client["id"], client["key"]["id"], _made("session"), until, None, Padding.PKCS1)


def _client(data: _Json) -> NewClient:
    return NewClient(
        data["id"],
        data["code"],
        data["name"],
        data["alias"],
        data["email"],
        rfc=data["rfc"],
        entity_code=data.get("entity_code"),
    )


def _key(data: _Json) -> NewKey:
    return NewKey(data["id"], data["login"], data["alias"], Secret(data["password"]), data["description"])


def _holder(data: _Json) -> NewCardholder:
    return NewCardholder(
        cardholder_id=data["id"],
        external_id=data.get("external_id"),
        first_name=data["first_name"],
        second_name="Doe",
        surname="González",
        second_surname="Pérez",
        rfc="XAXX010101000",
        curp="XEXX010101HNEXXXA4",
        email="john.doe@example.com",
        primary_phone="5555555555",
        mobile_phone="5555555555",
        address=_ADDRESS,
        birthdate=date(1995, 9, 22),
        gender="MALE",
        marital_status="CASADO",
        has_kids=True,
        gross_monthly_income=Decimal(20000),
        net_monthly_income=Decimal(18000),
        observations="",
    )


def _made(what: str) -> str:
    """The same id in every sandbox."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"demo {what}"))


def _money(text: str) -> Money:
    return Money.parse(text, Currency.MXN)
