"""A program with a client, products, a cardholder and cards, on a database of the test's own; Monday, 23 November 2026.

Ids are UUIDs that tell what they are of: `uid(1)`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from pasarela.core.issuing.model import (
    CardStatus,
    Client,
    Document,
    HolderAddress,
    IssuedCard,
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
from pasarela.core.issuing.slice import Below, Issuing
from pasarela.core.ledger.queries import LedgerQueries
from pasarela.core.ledger.verify import Verify
from pasarela.core.tenants.issue_key import IssueKey
from pasarela.core.tenants.model import NewTenant
from pasarela.core.tenants.queries import Tenants
from pasarela.core.tenants.register import Register
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database
from pasarela.infra.keyring import Keyring, LocalMasters
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import Secret
from tests.fakes.stopped_clock import StoppedClock

MXN = Currency.MXN
PIN, WRONG = Secret("2580"), Secret("2581")
HERE = Place(Decimal("12.12345"), Decimal("-15.12345"))
INE = Document("INE", "123456123456")
PHYSICAL, VIRTUAL = "00000000-0000-7000-8000-0000000000f1", "00000000-0000-7000-8000-0000000000f2"
PHYSICAL_PREFIX, VIRTUAL_PREFIX = "52041699", "48151622"
KEYRING = Keyring(LocalMasters({"m1": b"1" * 32}, "m1"), b"d" * 32)


def mxn(minor: int) -> Money:
    return Money(minor, MXN)


def uid(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012d}"


def holder(number: int, **told: object) -> NewCardholder:
    """Somebody with all that must be known."""
    address = HolderAddress("Av. Siempre", "#12", "Lt3.", "Nápoles", "Benito Juárez", "CDMX", "CDMX", "55120")
    new = NewCardholder(
        uid(number), None, "John", "Doe", "González", "Pérez", "XAXX010101000", "XEXX010101HNEXXXA4",
        "john@example.com", "5555555555", "5555555556", address, date(1995, 9, 22), "MALE", "SOLTERO", False,
        Decimal(20000), None, "",
    )  # fmt: skip  # one line for each of forty fields would hide who it is
    return replace(new, **told)  # type: ignore[arg-type]  # the test names real fields


class World:
    """The slice over real storage."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = StoppedClock()
        self.issuing = self.process()
        self.ledger = LedgerQueries(database)
        self.session: Session

    def process(self) -> Issuing:
        """Another process on the same database."""
        sealer = Sealer(DataKeys(self.database, KEYRING, self.clock), KEYRING)
        sources = Sources(self.database, self.clock)
        ids = IdSource(self.clock)
        return Issuing(Below(self.database, Tenants(self.database), sealer, sources, KEYRING, self.clock, ids))

    async def open(self, number: int = 900, available: int = 100_000_00) -> Session:
        """A program; its client may push so much to cards."""
        ids = IdSource(self.clock)
        register = Register(self.database, self.clock, ids, IssueKey(self.database, self.clock, ids))
        tenant_id = (await register(NewTenant("necipco", "Nueve09", account=uid(number)))).tenant.tenant_id
        client = NewClient(uid(number), "NUE", "Nueve09", "NUEVE09", "nueve@example.com", entity_code="123")
        key = NewKey(uid(number + 1), f"login {number}", "API_KEY", Secret("password"))
        await self.issuing.programs.open(tenant_id, client, key)
        if available:
            await self.issuing.programs.deposit(tenant_id, client.client_id, f"d{number}", mxn(available))
        expires_at = self.clock.now() + timedelta(days=1)
        return Session(tenant_id, client.client_id, key.key_id, "t", expires_at, None, Padding.PKCS1)

    async def add_products(self) -> None:
        """One of plastic and one virtual, with a range each."""
        tenant_id = self.session.tenant_id
        for product_id, kind, prefix in (
            (PHYSICAL, ProductKind.PHYSICAL, PHYSICAL_PREFIX),
            (VIRTUAL, ProductKind.VIRTUAL, VIRTUAL_PREFIX),
        ):
            await self.issuing.programs.add_product(
                Product(tenant_id, product_id, "SUPER", "", kind, True, "0003", MXN, False, False, True, 60, None, None)
            )
            await self.issuing.programs.add_range(tenant_id, product_id, prefix)

    async def plastic(self) -> Secret:
        """The number of a plastic that waits, fresh."""
        await self.issuing.stock.make(self.session.tenant_id, PHYSICAL, 1)
        return (await self.issuing.disclose.stock(PHYSICAL, 1))[0].pan

    async def virtual(self, number: int, minor: int = 0, *, active: bool = True) -> IssuedCard:
        """A virtual card `uid(number)` with so much on it; its account is `uid(number + 500)`."""
        wish = AccountWish(uid(number + 500), uid(1), INE)
        card = await self.issuing.opening.create_virtual(self.session, uid(number), VIRTUAL, wish, HERE)
        if active:
            card = await self.issuing.cards.activate(self.session, card.card_id, HERE)
            assert card.status is CardStatus.ACTIVE
        if minor:
            await self.issuing.money.disburse(self.session, card.card_id, money(number + 800, minor))
        return card

    async def with_pin(self, number: int, minor: int = 0) -> IssuedCard:
        card = await self.virtual(number, minor)
        return await self.issuing.pins.set(self.session, card.card_id, uid(number + 700), PIN, HERE)

    async def on(self, card: IssuedCard) -> int:
        return (await self.issuing.cards.balance(card)).minor

    async def client(self) -> Client:
        return await self.issuing.clients.get(self.session)

    async def balanced(self) -> bool:
        """Whether every centavo is accounted for."""
        return (await Verify(self.database)()).balanced


def money(operation: int, minor: int, *, pin: Secret | None = None, description: str | None = None) -> CardMoney:
    return CardMoney(uid(operation), mxn(minor), HERE, description, pin)


async def outcomes(calls: Iterable[Awaitable[object]]) -> list[str]:
    """What became of calls made at once: the refusals' names, `done` for the others, sorted."""
    answers = await asyncio.gather(*calls, return_exceptions=True)
    return sorted(type(each).__name__ if isinstance(each, BaseException) else "done" for each in answers)
