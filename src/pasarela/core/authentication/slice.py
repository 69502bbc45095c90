"""The authentication slice, built once from what lies below it: its verbs, queries and due work, ready to call."""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.core.authentication.conclude import Conclude
from pasarela.core.authentication.prepare import Prepare
from pasarela.core.authentication.prepare_waiting import PrepareWaiting
from pasarela.core.authentication.queries import Authentications
from pasarela.core.authentication.requests import AuthenticationRequests
from pasarela.core.authentication.start import Start
from pasarela.core.authentication.take_result import TakeResult
from pasarela.core.authentication.writing import CONCLUDE
from pasarela.core.payments.callers import Callers
from pasarela.core.payments.slice import Payments
from pasarela.core.tenants.queries import Tenants
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueWork, Handlers
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.rails.authentication import AuthenticationRail


@dataclass(frozen=True, slots=True)
class Below:
    """What authentications are built on."""

    database: Database
    rail: AuthenticationRail
    payments: Payments
    tenants: Tenants
    sealer: Sealer
    sources: Sources
    secrets: EphemeralSecrets
    due_work: DueWork
    clock: Clock
    ids: IdSource


class Authentication:
    """The slice's verbs as attributes; one for each process."""

    def __init__(self, below: Below) -> None:
        database, payments, clock = below.database, below.payments, below.clock
        self.queries = Authentications(database)
        self.conclude = Conclude(
            self.queries,
            payments.queries,
            payments.pay_waiting,
            payments.fail_waiting,
            below.sources,
            below.tenants,
            Callers(below.tenants),
        )
        self.prepare = Prepare(
            database,
            payments.request,
            payments.cards,
            below.sources,
            below.sealer,
            below.secrets,
            self.queries,
            clock,
            below.ids,
        )
        self.prepare_waiting = PrepareWaiting(
            database, payments.queries, payments.cards, below.sources, self.queries, clock, below.ids
        )
        self.start = Start(
            database,
            AuthenticationRequests(below.rail, below.sealer),
            self.conclude,
            payments.queries,
            payments.cards,
            below.sources,
            below.sealer,
            below.secrets,
            below.due_work,
            clock,
            below.ids,
        )
        below.rail.on_result(TakeResult(database, self.queries, below.due_work, clock))

    def handlers(self) -> Handlers:
        """Its due work."""
        return {CONCLUDE: self.conclude.due}
