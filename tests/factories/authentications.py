"""A world to authenticate payers in: the authentication slice over the payments' world and a scripted issuer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pasarela.core.authentication.model import Challenge, PreparePayment, StartAuthentication, Terms
from pasarela.core.authentication.slice import Authentication, Below
from pasarela.core.context import Caller
from pasarela.core.payments.model import ConfirmBy, InlineCard, Payment, RequestPayment, SavedSource
from pasarela.core.payments.waiting import PayWaiting
from pasarela.core.tenants.queries import Tenants
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database
from pasarela.infra.due_runner import DueRunner, Ran
from pasarela.infra.due_work import DueWork
from pasarela.infra.ephemeral import MemorySecrets
from pasarela.infra.keyring import KEY_BYTES, Keyring, LocalMasters
from pasarela.kernel.browser import Browser
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument
from tests.factories.cards import inline
from tests.factories.payments import World, mxn, world_of
from tests.fakes.card_rail import ScriptedRail
from tests.fakes.issuer import ScriptedIssuer
from tests.fakes.stopped_clock import StoppedClock

BROWSER = Browser("text/html", "Tests/1", "es-MX", "192.0.2.7")
RETURN_URL = "https://pay.example/return"
LIFE = timedelta(hours=24)


@dataclass
class Payers:
    """The slice under test (`authentication`), the world below it, and shorthands."""

    world: World
    authentication: Authentication
    issuer: ScriptedIssuer
    rail: ScriptedRail
    due: DueRunner

    def preparing(
        self, source: InlineCard | SavedSource | None = None, terms: Terms | None = None, **fields: Any
    ) -> PreparePayment:
        fields.setdefault("payment_id", self.world.fresh("tr"))
        fields.setdefault("confirm", ConfirmBy.THREE_D_SECURE)
        fields.setdefault("due_at", self.world.clock.at + LIFE)
        request = RequestPayment(instrument=Instrument.CARD, amount=mxn(10_000), **fields)
        return PreparePayment(request, source or inline(), terms or Terms())

    async def prepared(self, caller: Caller, source: InlineCard | SavedSource | None = None, **fields: Any) -> Payment:
        return await self.authentication.prepare(caller, self.preparing(source, **fields))

    async def on_page(self, caller: Caller, **fields: Any) -> Payment:
        """A payment whose payer gives his card on our page."""
        command = self.preparing(confirm=ConfirmBy.PAGE, **fields)
        return await self.world.payments.request(caller, command.request)

    async def start(self, caller: Caller, payment: Payment, pay: PayWaiting | None = None) -> Challenge | Payment:
        asked = StartAuthentication(payment.payment_id, BROWSER, RETURN_URL, pay)
        return await self.authentication.start(caller, asked)

    async def conclude(self, caller: Caller, payment: Payment) -> Payment:
        return await self.authentication.conclude(caller, payment.payment_id)

    async def run_due(self, **duration: float) -> list[Ran]:
        """Lets time pass, and runs what is due then."""
        self.world.clock.advance(**duration)
        ran: list[Ran] = []
        while items := await self.due.claim(16):
            ran += [await self.due.run(item) for item in items]
        return ran


def payers_of(database: Database) -> Payers:
    """Everything built as wiring would."""
    clock, rail, issuer = StoppedClock(), ScriptedRail(), ScriptedIssuer()
    secrets, due_work = MemorySecrets(clock), DueWork()
    keyring = Keyring(LocalMasters({"test": bytes(KEY_BYTES)}, "test"), bytes(KEY_BYTES))
    world = world_of(database, rail, clock, secrets)
    authentication = Authentication(
        Below(
            database=database,
            rail=issuer,
            payments=world.payments,
            tenants=Tenants(database),
            sealer=Sealer(DataKeys(database, keyring, clock), keyring),
            sources=Sources(database, clock),
            secrets=secrets,
            due_work=due_work,
            clock=clock,
            ids=IdSource(clock),
        )
    )
    handlers = {**world.payments.jobs.handlers(), **authentication.handlers()}
    return Payers(world, authentication, issuer, rail, DueRunner(database, due_work, clock, handlers))
