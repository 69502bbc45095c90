"""Production: settings from the environment, nothing simulated, no demo data, no control plane.

A process that lacks a setting says which one and does not start; it never falls back on a default that guards nothing.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from pasarela.entry.base_url import VARIABLE as BASE_URL_VARIABLE
from pasarela.entry.base_url import checked_base_url
from pasarela.entry.children import ChildPlan, Children
from pasarela.entry.failures import CannotStart
from pasarela.entry.http_server import HttpServer
from pasarela.entry.keeping import VARIABLES as KEEP_VARIABLES
from pasarela.entry.keeping import retention_of
from pasarela.entry.listening import bound, url_of
from pasarela.entry.metrics_page import MetricsAddress, served, tell_metrics
from pasarela.entry.platform import PlatformPlan
from pasarela.entry.post_office import MAIL_VARIABLES
from pasarela.entry.process import Process
from pasarela.entry.running import started
from pasarela.entry.stopping import Stop
from pasarela.entry.wiring import STP_PASSPHRASE_VARIABLE, STP_VARIABLES, network_at, platform_of
from pasarela.entry.wiring_payers import PAYER_VARIABLES
from pasarela.entry.wiring_three_ds import VARIABLES as THREE_DS_VARIABLES
from pasarela.infra import migrate
from pasarela.infra.keyring import ACTIVE_VARIABLE, DERIVATION_VARIABLE, MASTERS_VARIABLE, Keyring
from pasarela.infra.retention import Retention

DATABASE_VARIABLE = "PASARELA_DATABASE_URL"
NETWORK_VARIABLE = "PASARELA_CARD_NETWORK"
ACQUIRER_VARIABLE = "PASARELA_ACQUIRER_ID"
KEYRING_VARIABLE = "PASARELA_KEYRING_FILE"
SECRETS_VARIABLE = "PASARELA_SHARED_MEMORY"

SETTINGS = {
    DATABASE_VARIABLE: "the PostgreSQL, as postgresql://user:password@host/database",
    NETWORK_VARIABLE: "the card network, as host:port",
    ACQUIRER_VARIABLE: "our institution's number at the card network, up to eleven digits",
    BASE_URL_VARIABLE: "where the outside reaches us, as https://api.example.com",
    KEYRING_VARIABLE: f"a keyring file; or {MASTERS_VARIABLE}, {ACTIVE_VARIABLE} and {DERIVATION_VARIABLE}",
    SECRETS_VARIABLE: "a folder in memory that only we may enter, for security codes (default: below /dev/shm)",
    **STP_VARIABLES,
    STP_PASSPHRASE_VARIABLE: "the passphrase of STP's key, if it has one",
    **THREE_DS_VARIABLES,
    **PAYER_VARIABLES,
    **MAIL_VARIABLES,
    **KEEP_VARIABLES,
}
"""Every setting and what it is for; the folder in memory and how long rows are kept may be left out, and those of STP,
of 3-D Secure, of each network of payers or of mail, all or none."""

_REQUIRED = (DATABASE_VARIABLE, NETWORK_VARIABLE, ACQUIRER_VARIABLE, BASE_URL_VARIABLE)


class SettingsMissing(CannotStart):
    """Some settings are not there; the message names every one of them."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"not set: {', '.join(names)}; `pasarela serve --help` tells what they are for")


@dataclass(frozen=True, slots=True)
class Settings:
    """Production's settings, complete."""

    database_url: str
    network_host: str
    network_port: int
    acquirer: str
    base_url: str
    keyring_file: str | None
    secrets_folder: str
    retention: Retention

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Settings:
        """Raises `SettingsMissing` naming all that are missing at once, `CannotStart` for one that can't be used."""
        missing = [name for name in _REQUIRED if not environment.get(name)]
        keyring_file = environment.get(KEYRING_VARIABLE) or None
        if keyring_file is None:
            missing += [
                name for name in (MASTERS_VARIABLE, ACTIVE_VARIABLE, DERIVATION_VARIABLE) if not environment.get(name)
            ]
        if missing:
            raise SettingsMissing(missing)
        host, port = _address(environment[NETWORK_VARIABLE])
        acquirer = environment[ACQUIRER_VARIABLE]
        if not (acquirer.isascii() and acquirer.isdigit() and len(acquirer) <= 11):
            raise CannotStart(f"{ACQUIRER_VARIABLE} is not a number of up to eleven digits")
        base_url = checked_base_url(environment[BASE_URL_VARIABLE], BASE_URL_VARIABLE)
        folder = environment.get(SECRETS_VARIABLE) or f"/dev/shm/pasarela-{os.geteuid()}"  # noqa: S108 - ours alone
        return cls(
            environment[DATABASE_VARIABLE], host, port, acquirer, base_url,
            keyring_file, folder, retention_of(environment, Retention()),
        )  # fmt: skip  # in the order of the fields

    def keyring(self, environment: Mapping[str, str]) -> Keyring:
        """Raises `KeyringUnusable`."""
        return (
            Keyring.from_file(Path(self.keyring_file)) if self.keyring_file else Keyring.from_environment(environment)
        )

    def plan(self, environment: Mapping[str, str], *, answers: bool, works: bool) -> PlatformPlan:
        return PlatformPlan(
            self.database_url,
            self.keyring(environment),
            self.base_url,
            network_at(self.network_host, self.network_port, self.acquirer),
            sandbox=False,
            answers=answers,
            works=works,
            secrets_folder=Path(self.secrets_folder),
            retention=self.retention,
        )


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise CannotStart(f"{NETWORK_VARIABLE} {text!r} is not host:port")
    return host.strip("[]"), int(port)


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What the command line said."""

    host: str
    port: int
    workers: int
    trusted_proxies: tuple[str, ...] = ()
    metrics: MetricsAddress | None = None


class Serve:
    """One run of `pasarela serve`; `say` tells a person."""

    def __init__(self, options: ServeOptions, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._options = options
        self._environment = environment
        self._say = say

    async def run(self, stop: Stop) -> None:
        """Until asked to stop. Raises `CannotStart`, `KeyringUnusable`, `DatabaseUnreachable`."""
        settings, options = Settings.of(self._environment), self._options
        settings.keyring(self._environment)
        async with AsyncExitStack() as stack:
            listener = bound(options.host, options.port)
            stack.callback(listener.close)
            watching = options.metrics.listeners(options.workers) if options.metrics is not None else ()
            for each in watching:
                stack.callback(each.close)
            await stop.unless_asked(migrated(settings.database_url))
            await stop.unless_asked(self._serving(stack, settings, listener, watching))
            started()
            self._say(f"Pasarela on {url_of(listener)}")
            tell_metrics(watching, self._say)
            self._say("Ready")
            await stop.wait()

    async def _serving(
        self,
        stack: AsyncExitStack,
        settings: Settings,
        listener: socket.socket,
        watching: Sequence[socket.socket],
    ) -> None:
        if self._options.workers > 1:
            children = Children(self._child_plan(settings), listener, self._options.workers, watching)
            stack.push_async_callback(children.stop)
            await children.start()
            return
        plan = settings.plan(self._environment, answers=True, works=False)
        process = Process(settings.database_url, lambda _process: platform_of(plan))
        stack.push_async_callback(process.stop)
        await process.start()
        server = HttpServer(process, listener, self._options.trusted_proxies)
        stack.push_async_callback(server.stop)
        await server.start()
        for each in watching:
            await served(stack, each, lambda: process.platform)

    def _child_plan(self, settings: Settings) -> ChildPlan:
        return ChildPlan(
            database_url=settings.database_url,
            base_url=settings.base_url,
            sandbox=False,
            control_open=False,
            keyring_file=settings.keyring_file,
            network_host=settings.network_host,
            network_port=settings.network_port,
            secrets_folder=settings.secrets_folder,
            acquirer=settings.acquirer,
            trusted_proxies=self._options.trusted_proxies,
        )


async def migrated(url: str) -> None:
    """Raises `CannotStart` unless the schema is the one that this release was written for."""
    if pending := await migrate.pending(url):
        raise CannotStart(f"the database lacks {', '.join(pending)}: run `pasarela db migrate` first")
