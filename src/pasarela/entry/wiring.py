"""The composition root: the one file that names concrete rails, and puts a process's platform together.

A platform is built whole, started, and thrown away; it shares nothing with the next one in the same process but the
simulated card network, which stands for a world outside.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from pasarela.control.plane import ControlPlane, RiskDesk, StillBusy, TenantFinder
from pasarela.core.tenants.queries import Tenants
from pasarela.entry.asgi import create_app
from pasarela.entry.billing_ports import billing_of
from pasarela.entry.core_parts import CoreParts, Post
from pasarela.entry.demo.seeding import Seeding, demo_data
from pasarela.entry.failures import CannotStart
from pasarela.entry.hosted_pages import simulated_desk
from pasarela.entry.issuing_ports import issuing_of
from pasarela.entry.journal import StoredJournal
from pasarela.entry.metrics_page import MetricsPage
from pasarela.entry.money_out_ports import money_out_of
from pasarela.entry.payers import MOUNT as PAYERS_MOUNT
from pasarela.entry.payers import PayersDoor
from pasarela.entry.platform import Platform, PlatformPlan, Spei
from pasarela.entry.post_office import letters, mailer_of
from pasarela.entry.review_desk import ReviewDesk
from pasarela.entry.spei_desk import SimulatedSpeiDesk
from pasarela.entry.spei_door import MOUNT as SPEI_MOUNT
from pasarela.entry.spei_door import SpeiDoor
from pasarela.entry.standstill import OthersAtWork
from pasarela.entry.three_ds import MOUNT as THREE_DS_MOUNT
from pasarela.entry.wiring_dialects import APIS, BUILT, MOUNTS, apis_on_show, dialect_doors, explained
from pasarela.entry.wiring_payers import payers_of, simulated_payers
from pasarela.entry.wiring_three_ds import simulated_three_ds, three_ds_of
from pasarela.facades.toolkit import ports
from pasarela.infra.keyring import KeyringUnusable, UnknownMasterKey
from pasarela.kernel.clock import Clock
from pasarela.kernel.secret import Secret
from pasarela.rails.card_network.rail import CardNetworkRail
from pasarela.rails.card_network.settings import CardNetworkSettings
from pasarela.rails.contract import CardRail, FaultPlan
from pasarela.rails.iso8583.links import tcp
from pasarela.rails.simulators.card_network import CardNetworkSimulator
from pasarela.rails.simulators.spei import SpeiSimulator
from pasarela.rails.spei.absent import NoSpei
from pasarela.rails.spei.notifications import StpNotifications
from pasarela.rails.spei.rail import StpRail
from pasarela.rails.spei.settings import StpSettings
from pasarela.web.acs import AcsPage
from pasarela.web.home import HomePage
from pasarela.web.outcomes import OutcomesPage
from pasarela.web.receipts import barcode
from pasarela.web.receipts.receipts import store_receipt, transfer_receipt

Reset = Callable[[], Awaitable[None]]


class SimulatedNetwork:
    """The world outside a sandbox: a card network that outlives every platform that talks to it."""

    def __init__(self) -> None:
        self._faults = _CurrentFaults()
        self._simulator = CardNetworkSimulator(faults=self._faults)

    def rail(self, clock: Clock) -> CardRail:
        """A rail that talks to it inside this process."""
        return CardNetworkRail(self._simulator.dial, clock, CardNetworkSettings(outcome_wishes=True))

    def obey(self, faults: FaultPlan) -> None:
        """From now on it breaks what this plan says."""
        self._faults.plan = faults

    async def serve(self, host: str, port: int = 0) -> int:
        """Answers over TCP, too; the port, which the system chooses when it is 0. Raises `OSError`."""
        server = await self._simulator.serve(host, port)
        taken: int = server.sockets[0].getsockname()[1]
        return taken

    def forget(self) -> None:
        """Its issuer remembers nothing, as the platform after a reset."""
        self._simulator.forget()

    async def stop(self) -> None:
        await self._simulator.stop()


class _CurrentFaults:
    """The plan of the platform that is at work; a reset brings another one."""

    def __init__(self) -> None:
        self.plan: FaultPlan | None = None

    def next_fault(self, target: str) -> str | None:
        mode = self.plan.next_fault(target) if self.plan is not None else None
        return _OVERTAKEN if mode == "reorder" else mode


_OVERTAKEN = "delay:400"
"""An answer held back for so long is overtaken by those of the messages after it."""


def network_at(
    host: str, port: int, acquirer: str | None = None, *, outcome_wishes: bool = False
) -> Callable[[Clock], CardRail]:
    """Makes rails to the card network at this address; only a simulated one grants its callers' wishes."""
    settings = CardNetworkSettings(outcome_wishes=outcome_wishes)
    if acquirer:
        settings = replace(settings, acquirer=acquirer)
    return lambda clock: CardNetworkRail(tcp(host, port), clock, settings)


def platform_of(plan: PlatformPlan, reset: Reset | None = None, network: SimulatedNetwork | None = None) -> Platform:
    """A process's platform, not started. `reset` is what the control plane's call of that name does."""
    spei = _simulated_spei if plan.sandbox else spei_of(os.environ)
    three_ds = simulated_three_ds if plan.sandbox else three_ds_of(os.environ)
    payers = simulated_payers if plan.sandbox else payers_of(os.environ)
    platform = Platform(plan, lambda platform: _surface(platform, reset), spei, three_ds, payers, _post)
    if network is not None:
        network.obey(platform.faults)
    return platform


async def keys_fit(platform: Platform) -> bool:
    """Whether this process's keyring opens what the demo merchant's cards are sealed with."""
    core = platform.core
    demo = demo_data()["tenants"][0]
    tenant = await core.tenants.queries.by_account(demo["api"], demo["account"])
    try:
        await core.vault.sealer.keys.active(tenant.tenant_id)
    except (UnknownMasterKey, KeyringUnusable):
        return False
    return True


def _post(platform: Platform) -> Post:
    return Post(
        mailer_of(os.environ, sandbox=platform.plan.sandbox),
        letters(Tenants(platform.database), platform.plan.base_url, MOUNTS),
    )


def _simulated_spei(platform: Platform) -> Spei:
    """Other banks in this process; their orders live in the platform's database, so that a restart forgets none."""
    banks = SpeiSimulator(platform.database, platform.due_work, platform.clock, platform.faults)
    return Spei(banks, banks.handlers(), banks)


STP_VARIABLES = {
    "PASARELA_STP_URL": "STP's REST interface, up to /rest; without it payouts wait",
    "PASARELA_STP_COMPANY": "our company's alias at STP",
    "PASARELA_STP_KEY_FILE": "the PEM file of the key that signs our orders",
    "PASARELA_STP_USER": "the user as whom STP notifies us at /rails/stp/abonos and /rails/stp/estados",
    "PASARELA_STP_PASSWORD": "that user's password",
}
STP_PASSPHRASE_VARIABLE = "PASARELA_STP_PASSPHRASE"  # noqa: S105 - the name of a setting, not a secret


def spei_of(environment: Mapping[str, str]) -> Callable[[Platform], Spei]:
    """The way to STP, where one is configured. Raises `CannotStart` when only half of it is."""
    given = {name: environment.get(name, "") for name in STP_VARIABLES}
    if not any(given.values()):
        return lambda _platform: Spei(NoSpei(), {})
    if missing := [name for name, value in given.items() if not value]:
        raise CannotStart(f"SPEI is configured by half, not set: {', '.join(missing)}")
    url, company, key_file, user, password = given.values()
    passphrase = environment.get(STP_PASSPHRASE_VARIABLE)
    try:
        key = Secret(Path(key_file).read_text(encoding="ascii"))
        settings = StpSettings(
            url.rstrip("/"), company, key, Secret(passphrase) if passphrase else None, user, Secret(password)
        )
        rail = StpRail(settings)
    except (OSError, ValueError, TypeError) as error:
        raise CannotStart(f"the key that signs orders to STP, {key_file}, can't be used: {error}") from error
    return lambda _platform: Spei(rail, {}, door=SpeiDoor(StpNotifications(rail, settings).received))


async def filled(plan: PlatformPlan) -> None:
    """Makes the demo data in an empty database, through a platform that nobody calls."""
    platform = platform_of(plan.as_role(answers=False, works=False))
    await platform.start()
    try:
        assert platform.spei.banks is not None, "demo data are a sandbox's"
        await Seeding(platform.core, platform.spei.banks, platform.database, platform.clock)()
    finally:
        await platform.stop()


def outcome_table() -> Mapping[str, Any]:
    """The table that the simulator reads: how to choose an outcome."""
    text = files("pasarela.rails.simulators").joinpath("outcomes.json").read_text(encoding="utf-8")
    table: Mapping[str, Any] = json.loads(text)
    return table


def _surface(platform: Platform, reset: Reset | None) -> ASGIApp:
    """What answers HTTP calls: dialects everywhere, pages and control plane in a sandbox only."""
    if not platform.plan.answers:
        return create_app({})
    dialects = dialect_doors(platform, _services(platform))
    payers_door = PayersDoor(platform.payers.doors) if platform.payers.doors else None
    knocked_at = {SPEI_MOUNT: platform.spei.door, THREE_DS_MOUNT: platform.three_ds.door, PAYERS_MOUNT: payers_door}
    doors = {mount: door for mount, door in knocked_at.items() if door is not None}
    if not platform.plan.sandbox:
        return create_app({**dialects.mounts, **doors}, hosts=dialects.hosts)
    assert reset is not None, "a sandbox can be reset"
    return create_app(
        {**dialects.mounts, **doors},
        hosts=dialects.hosts,
        home=HomePage(apis_on_show(), version("pasarela")),
        outcomes=OutcomesPage(outcome_table()),
        issuer=AcsPage(platform.three_ds.issuer) if platform.three_ds.issuer is not None else None,
        control=_control_plane(platform, reset),
        control_open=platform.plan.control_open,
        control_hosts=platform.plan.control_hosts,
        metrics=MetricsPage(lambda: platform),
    )


def _services(platform: Platform) -> ports.Services:
    core = platform.core
    return ports.Services(
        authenticate=core.tenants.authenticate,
        payments=ports.Payments(
            authorise=core.payments.authorise,
            request=core.payments.request,
            prepare=core.authentication.prepare,
            prepare_waiting=core.authentication.prepare_waiting,
            capture=core.payments.capture,
            refund=core.payments.refund,
            pay_waiting=core.payments.pay_waiting,
            cancel_waiting=core.payments.cancel_waiting,
            save_card=core.payments.save_card,
            get=core.payments.get,
            sender=core.payments.queries.sender,
            list=core.payments.list,
            ask_points=core.payments.ask_points,
        ),
        customers=ports.Customers(
            create=core.customers.create,
            update=core.customers.update,
            delete=core.customers.delete,
            get=core.customers.queries.get,
            by_id=core.customers.queries.by_id,
            list=core.customers.queries.list,
        ),
        vault=ports.Vault(
            create_token=core.vault.create_token,
            get_token=core.vault.tokens.get,
            get_card=core.vault.cards.get,
            list_cards=core.vault.cards.list,
            delete_card=core.vault.delete_card,
            update_card=core.vault.update_card,
        ),
        money_out=money_out_of(core.payouts),
        billing=billing_of(core.billing),
        issuing=issuing_of(core.issuing),
        authenticate_key=core.tenants.authenticate.by_key,
        merchant_balance=core.ledger.queries.merchant_balance,
        stores_near=core.places.stores.near,
        checkouts=_checkouts(core),
        webhooks=_webhooks(core),
        paper=ports.Paper(barcode.png, barcode.svg, store_receipt, transfer_receipt),
        payables=_payables(core),
        clock=platform.clock,
        ids=platform.ids,
        request_log=platform.request_log,
        idempotency=platform.idempotency,
        sandbox=platform.plan.sandbox,
        base_url=platform.plan.base_url,
    )


def _payables(core: CoreParts) -> ports.Payables:
    return ports.Payables(
        tenant=core.tenants.queries.of_account,
        payment=core.payments.queries.get,
        payment_by_reference=core.payments.queries.by_reference,
        customer_by_reference=core.customers.queries.by_store_reference,
    )


def _checkouts(core: CoreParts) -> ports.Checkouts:
    return ports.Checkouts(
        create=core.checkouts.create,
        change=core.checkouts.change,
        get=core.checkouts.queries.get,
        list=core.checkouts.queries.list,
    )


def _webhooks(core: CoreParts) -> ports.Webhooks:
    return ports.Webhooks(
        create=core.webhooks.create,
        verify=core.webhooks.verify,
        delete=core.webhooks.delete,
        get=core.webhooks.queries.get,
        list=core.webhooks.queries.list,
    )


def _control_plane(platform: Platform, reset: Reset) -> ControlPlane:
    core = platform.core
    risk = core.risk
    assert platform.spei.banks is not None, "a sandbox has its own banks"

    async def reset_or_busy() -> None:
        try:
            await reset()
        except OthersAtWork as error:
            raise StillBusy from error

    return ControlPlane(
        dialects=BUILT,
        tenants=core.tenants.queries,
        finder=TenantFinder(core.tenants.queries, APIS),
        clock=platform.clock,
        mover=platform.mover,
        faults=platform.faults,
        journal=StoredJournal(platform.database),
        explain_rule=explained,
        verify=core.ledger.verify,
        ledger=core.ledger.queries,
        reviews=ReviewDesk(core.payments),
        risk=RiskDesk(risk.settings, risk.set_limit, risk.change_list, risk.explain, core.vault.sealer),
        spei=SimulatedSpeiDesk(platform.spei.banks, core.payouts, platform.ids),
        settlement_plans=core.payouts.plans,
        money_in=simulated_desk(platform),
        issued_cards=core.issuing.disclose,
        messages=core.messages.queries,
        outcomes=outcome_table(),
        reset=reset_or_busy,
    )
