"""The part of the composition root that names the 3-D Secure rail and its simulators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pasarela.core.messages.model import Channel, NewMessage
from pasarela.entry.failures import CannotStart
from pasarela.entry.platform import Platform
from pasarela.entry.three_ds import MOUNT, ThreeDs, ThreeDsDoor
from pasarela.infra.due_work import PLATFORM
from pasarela.kernel.cards import Brand
from pasarela.rails.emv3ds.eci import ENROLLED
from pasarela.rails.simulators.acs import AcsSimulator
from pasarela.rails.simulators.directory import DirectorySimulator
from pasarela.rails.three_ds.absent import NoDirectories
from pasarela.rails.three_ds.exchange import HttpExchange
from pasarela.rails.three_ds.server import ThreeDsServer
from pasarela.rails.three_ds.settings import ThreeDsSettings
from pasarela.web.acs import MOUNT as ACS_MOUNT

DIRECTORY_VARIABLES = {
    Brand.VISA: "PASARELA_3DS_VISA_URL",
    Brand.MASTERCARD: "PASARELA_3DS_MASTERCARD_URL",
    Brand.AMERICAN_EXPRESS: "PASARELA_3DS_AMEX_URL",
    Brand.DINERS: "PASARELA_3DS_DINERS_URL",
}
NEEDED_VARIABLES = {
    "PASARELA_3DS_ACQUIRER_BIN": "what the card brands know our acquirer by",
    "PASARELA_3DS_REFERENCE": "EMVCo's reference number of our 3DS server",
    "PASARELA_3DS_CERTIFICATE_FILE": "the PEM file of the certificate by which directories know us",
    "PASARELA_3DS_KEY_FILE": "the PEM file of its key",
}
OPERATOR_VARIABLE = "PASARELA_3DS_OPERATOR"
VARIABLES = {
    **{name: f"the 3-D Secure directory of {brand.value} cards" for brand, name in DIRECTORY_VARIABLES.items()},
    **NEEDED_VARIABLES,
    OPERATOR_VARIABLE: "the brands' number of us as the operator of a 3DS server, if they gave us one",
}
"""Every setting; without any directory nobody is authenticated."""


def simulated_three_ds(platform: Platform) -> ThreeDs:
    """A directory and an issuer in this process; challenges live in the platform's database."""

    async def keep(message_id: str, recipient: str, text: str) -> None:
        at = platform.clock.now()
        new = NewMessage(PLATFORM, message_id, Channel.SMS, recipient, text, at)
        await platform.core.messages.keep(new)

    base_url = platform.plan.base_url
    page_url = f"{base_url}{ACS_MOUNT}/challenge"
    acs = AcsSimulator(platform.database, platform.due_work, platform.clock, platform.ids, page_url, keep)
    settings = ThreeDsSettings(server_url=f"{base_url}{MOUNT}/results", requestor_url=base_url)

    async def tell(result: bytes) -> bytes:
        return await server.received(result)

    directory = DirectorySimulator(acs, tell, platform.ids, platform.faults)
    server = ThreeDsServer(dict.fromkeys(ENROLLED, directory.received), settings)
    door = ThreeDsDoor({"results": server.received, "directory": directory.received})
    return ThreeDs(server, acs.handlers(), door, acs)


def three_ds_of(environment: Mapping[str, str]) -> Callable[[Platform], ThreeDs]:
    """The way to the directories that are configured. Raises `CannotStart` when only half of it is."""
    urls = {brand: environment[name] for brand, name in DIRECTORY_VARIABLES.items() if environment.get(name)}
    if not urls:
        return lambda _platform: ThreeDs(NoDirectories(), {})
    given = {name: environment.get(name, "") for name in NEEDED_VARIABLES}
    if missing := [name for name, value in given.items() if not value]:
        raise CannotStart(f"3-D Secure is configured by half, not set: {', '.join(missing)}")
    acquirer_bin, reference, certificate, key = given.values()

    def server_of(platform: Platform) -> ThreeDs:
        settings = ThreeDsSettings(
            server_url=f"{platform.plan.base_url}{MOUNT}/results",
            requestor_url=platform.plan.base_url,
            acquirer_bin=acquirer_bin,
            reference=reference,
            operator=environment.get(OPERATOR_VARIABLE) or None,
        )
        exchanges = {
            brand: HttpExchange(url, settings.timeout_s, Path(certificate), Path(key)) for brand, url in urls.items()
        }
        server = ThreeDsServer(exchanges, settings)

        async def close() -> None:
            for exchange in exchanges.values():
                await exchange.close()

        return ThreeDs(server, {}, ThreeDsDoor({"results": server.received}), close=close)

    try:
        for url in urls.values():
            HttpExchange(url, 1.0, Path(certificate), Path(key))
    except OSError as error:
        raise CannotStart(
            f"the certificate that directories know us by, {certificate}, can't be used: {error}"
        ) from error
    return server_of
