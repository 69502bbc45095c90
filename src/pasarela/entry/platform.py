"""One process's platform: its connections, its core, its surface, from start to stop. Names no rail and no dialect.

Built whole and thrown away: a reset replaces it, so nothing that it remembers can outlive its database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import structlog
from starlette.types import ASGIApp

from pasarela.core.checkouts.reactions import CONSUMER as CHECKOUTS
from pasarela.core.checkouts.reactions import complete_paid
from pasarela.core.ledger.seal import STRETCH_TRANSFERS_MAX
from pasarela.core.ledger.sealing_state import ReadSealing
from pasarela.core.messages.send import CONSUMER as MESSAGES
from pasarela.core.payments.late_answers import SOURCE as LATE_ANSWERS
from pasarela.core.payouts.answer_by_hand import OtherBanks as AnswersByHand
from pasarela.core.payouts.spei_inbox import DEPOSITS as SPEI_DEPOSITS
from pasarela.core.payouts.spei_inbox import ORDERS as SPEI_ORDERS
from pasarela.entry.core_parts import CoreParts, Plumbing, Post
from pasarela.entry.measured_rails import MeasuredCardRail, MeasuredSpeiRail
from pasarela.entry.payers import PayerParts, Payers
from pasarela.entry.probes import Readiness
from pasarela.entry.three_ds import ThreeDs
from pasarela.infra import metrics, migrate
from pasarela.infra.clock_store import ClockMover, ClockStore
from pasarela.infra.database import Database, DatabaseUnreachable
from pasarela.infra.due_runner import DueRunner
from pasarela.infra.due_work import DueWork, Handlers
from pasarela.infra.egress import PRODUCTION, SANDBOX
from pasarela.infra.ephemeral import EphemeralSecrets, MemorySecrets, NotMemoryBacked, SharedMemorySecrets
from pasarela.infra.faults import FaultStore
from pasarela.infra.http_client import HttpClient
from pasarela.infra.idempotency import Idempotency
from pasarela.infra.inbox import Inbox
from pasarela.infra.keyring import Keyring
from pasarela.infra.listener import CLOCK_CHANNEL, DATABASE_FAILURES, FAULTS_CHANNEL, Listener
from pasarela.infra.outbox import Consumer, EventHandler, Outbox
from pasarela.infra.readings import Readings
from pasarela.infra.request_log import RequestLog
from pasarela.infra.retention import FOR_EVER, Prune, Retention
from pasarela.infra.worker import Sweep, Worker, is_recent, worker_seen_at
from pasarela.kernel.clock import Clock, OffsetClock
from pasarela.kernel.ids import IdSource
from pasarela.rails.contract import CardRail, SpeiDeposit, SpeiRail

DATABASE_SECONDS_MAX = 2
STRANGERS = ("requestb.in",)
"""Hosts that the providers' documents print as merchants' endpoints, and that belong to somebody else now."""
WORKER_SECONDS_MAX = 5
LOST_EVERY = timedelta(seconds=30)
SEAL_EVERY = timedelta(seconds=5)
PRUNE_EVERY = timedelta(hours=1)
RETENTION_EVERY = timedelta(minutes=10)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PlatformPlan:
    """What a process is to be: `answers` calls, `works` off what is due, or both.

    `rail` makes the card rail; `secrets_folder` is where the processes of one machine keep secrets of minutes, `None`
    when there is one process. `control_open` lets other machines control a sandbox, by the names `control_hosts` too.
    `alone` says that no other process ever works on this database beside it, so that whatever was unanswered before it
    started is lost, however young.
    """

    database_url: str
    keyring: Keyring
    base_url: str
    rail: Callable[[Clock], CardRail]
    sandbox: bool
    answers: bool = True
    works: bool = True
    control_open: bool = False
    control_hosts: tuple[str, ...] = ()
    secrets_folder: Path | None = None
    alone: bool = False
    retention: Retention = FOR_EVER

    def as_role(self, *, answers: bool, works: bool) -> PlatformPlan:
        return replace(self, answers=answers, works=works)


class OtherBanks(AnswersByHand, Protocol):
    """The rest of SPEI in a sandbox, as far as somebody outside may tell it what to do."""

    async def deposit(self, deposit: SpeiDeposit) -> None: ...


@dataclass(frozen=True, slots=True)
class Spei:
    """The SPEI rail, the due work that comes with it, in a sandbox the banks behind it, and in production the door
    where SPEI knocks."""

    rail: SpeiRail
    handlers: Handlers
    banks: OtherBanks | None = None
    door: ASGIApp | None = None


class Platform:
    """`surface` makes what answers HTTP calls out of the platform's parts, `spei` the way to other banks, `three_ds`
    that to the issuers who authenticate payers, `payers` those by which payers come, `post` who writes to them."""

    def __init__(
        self,
        plan: PlatformPlan,
        surface: Callable[[Platform], ASGIApp],
        spei: Callable[[Platform], Spei],
        three_ds: Callable[[Platform], ThreeDs],
        payers: Callable[[Platform], Payers],
        post: Callable[[Platform], Post],
    ) -> None:
        self.plan = plan
        self.database = Database(plan.database_url)
        self.clock = OffsetClock()
        self.ids = IdSource(self.clock)
        self.rail = plan.rail(self.clock)
        self.due_work = DueWork()
        self.inbox = Inbox(self.database, self.due_work, self.clock)
        self.http = HttpClient(*((SANDBOX, STRANGERS) if plan.sandbox else (PRODUCTION,)))
        self.request_log = RequestLog(self.database)
        self.idempotency = Idempotency(self.database, plan.keyring.subkey("idempotency"))
        self.faults = FaultStore(self.database, self.clock, self.ids)
        self.clock_store = ClockStore(self.database, self.clock)
        self.spei, self.three_ds, self.payers = spei(self), three_ds(self), payers(self)
        plumbing = self._plumbing()
        self.core = CoreParts(plumbing, *self._rails(), self.three_ds.rail, post(self))
        from_payers = PayerParts(plumbing, self.core, self.payers).arrivals()
        payments, payouts = self.core.payments, self.core.payouts
        arrivals = self.inbox.handlers(
            {
                LATE_ANSWERS: payments.late_answers.handle,
                SPEI_ORDERS: payouts.spei_inbox.handle,
                SPEI_DEPOSITS: self.core.deposits.handle,
                **from_payers,
            }
        )
        handlers = {**payments.jobs.handlers(), **payouts.jobs.handlers(), **self.spei.handlers, **arrivals}
        handlers |= {**self.core.messages.send.handlers(), **self.core.billing.jobs.handlers()}
        handlers |= {**self.core.authentication.handlers(), **self.three_ds.handlers}
        heard: dict[str, EventHandler] = {MESSAGES: self.core.messages.ask_to_write, CHECKOUTS: complete_paid}
        consumers = [Consumer(name, hear, self.database, self.due_work, self.clock) for name, hear in heard.items()]
        handlers |= {consumer.retry_kind: consumer.retry for consumer in consumers}
        self.runner = DueRunner(self.database, self.due_work, self.clock, handlers)
        wakes = {CLOCK_CHANNEL: self.clock_store.load, FAULTS_CHANNEL: self.faults.load} if plan.sandbox else {}
        self.worker = Worker(
            self.database, self.runner, self.clock, consumers=consumers, sweeps=self._sweeps(), wakes=wakes
        )
        self._readings, self._sealing = Readings(self.database, self.clock), ReadSealing(self.database)
        self.mover = ClockMover(self.clock_store, self.runner, self.worker.settle)
        self._listener = Listener(self.database, wakes)
        self._migrated = False
        self._stack = AsyncExitStack()
        self.app = surface(self)

    async def start(self) -> None:
        """Connects and begins. Raises `DatabaseUnreachable`; a card network that is away is dialled on and on."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            await self.database.open()
            stack.push_async_callback(self.http.close)
            stack.push_async_callback(self.three_ds.close)
            if self.plan.sandbox:
                await self.clock_store.load()
                await self.faults.load()
            stack.push_async_callback(self.rail.stop)
            await self.rail.start()
            if self.plan.alone:
                await self.core.payments.sweep(timedelta())
            if self.plan.answers:
                stack.push_async_callback(self.request_log.stop)
                await self.request_log.start()
            if self.plan.works:
                stack.push_async_callback(self.worker.stop)
                await self.worker.start()
                await self._worker_at_work()
            elif self.plan.sandbox:
                _background(stack, self._listener.run(), "listener")
            if self.plan.sandbox:
                _background(stack, self.faults.run(), "fault counts")
            self._stack = stack.pop_all()

    async def stop(self) -> None:
        """Ends in the opposite order; no call is in flight any more."""
        await self._stack.aclose()

    async def readiness(self) -> Readiness:
        """What is up just now; asks the database, two seconds at most."""
        working = self.plan.works and self.worker.health().alive
        try:
            async with asyncio.timeout(DATABASE_SECONDS_MAX):
                self._migrated = self._migrated or not await migrate.pending(self.plan.database_url)
                seen = None if working else await worker_seen_at(self.database)
                working = working or (seen is not None and is_recent(seen))
        except (*DATABASE_FAILURES, DatabaseUnreachable):
            return replace(Readiness.nothing(), worker=working, card_network=self.rail.connected)
        except migrate.SchemaTooNew:
            pass
        return Readiness(True, self._migrated, working, self.rail.connected)

    async def take_readings(self) -> None:
        """Sets the gauges of the metrics that the database knows. Raises what the database raises."""
        await self._readings.take()
        sealing = await self._sealing()
        metrics.LEDGER_SEALS.set(sealing.seals)
        metrics.LEDGER_UNSEALED_SECONDS.set(self._readings.age(sealing.unsealed_since))

    def _rails(self) -> tuple[CardRail, SpeiRail]:
        """What the core sends by: the rails, with a watch on them."""
        return MeasuredCardRail(self.rail), MeasuredSpeiRail(self.spei.rail)

    async def _worker_at_work(self) -> None:
        """Returns when the worker has come round once; a database that is too slow for that makes it no failure."""
        with suppress(TimeoutError):
            async with asyncio.timeout(WORKER_SECONDS_MAX):
                while not self.worker.health().alive:  # noqa: ASYNC110 - the worker tells its health, it sets no event
                    await asyncio.sleep(0.01)

    def _plumbing(self) -> Plumbing:
        return Plumbing(
            database=self.database,
            clock=self.clock,
            ids=self.ids,
            keyring=self.plan.keyring,
            ephemeral=_ephemeral(self.plan.secrets_folder, self.clock),
            outbox=Outbox(),
            inbox=self.inbox,
            due_work=self.due_work,
            http=self.http,
        )

    def _sweeps(self) -> list[Sweep]:
        return [
            Sweep("lost messages", LOST_EVERY, self.core.payments.sweep),
            Sweep("ledger seals", SEAL_EVERY, self._seal),
            Sweep("risk counters", PRUNE_EVERY, self._prune),
            Sweep("retention", RETENTION_EVERY, Prune(self.database, self.clock, self.plan.retention)),
        ]

    async def _seal(self) -> None:
        while await self.core.ledger.seal() >= STRETCH_TRANSFERS_MAX:  # what is left fills no stretch: next time
            pass

    async def _prune(self) -> None:
        await self.core.risk.prune(self.clock.now())


def _ephemeral(folder: Path | None, clock: Clock) -> EphemeralSecrets:
    if folder is None:
        return MemorySecrets(clock)
    try:
        return SharedMemorySecrets(folder, clock)
    except NotMemoryBacked as error:
        # The next process does without the security code, as it would after ten minutes.
        _log.warning("security codes are not shared between processes", reason=str(error))
        return MemorySecrets(clock)


def _background(stack: AsyncExitStack, work: Coroutine[None, None, None], name: str) -> None:
    """Runs `work` until the stack is unwound."""
    task = asyncio.create_task(work, name=name)

    async def ended() -> None:
        task.cancel()
        await asyncio.wait({task})

    stack.push_async_callback(ended)
