"""The part of the composition root that names the rails of stores, wallets and the telephone, and their simulators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pasarela.entry.failures import CannotStart
from pasarela.entry.payers import Payers, Received, SimulatedWorld
from pasarela.entry.platform import Platform
from pasarela.infra.egress import Forbidden
from pasarela.infra.http_client import HttpClient, NoAnswer, NotReached
from pasarela.kernel.secret import Secret
from pasarela.rails.doors import DoorSettings
from pasarela.rails.ivr.absent import NoPhone
from pasarela.rails.ivr.rail import PhoneDoor
from pasarela.rails.payers import PhoneRail, StoreRail, WalletRail
from pasarela.rails.simulators.ivr import PhoneSimulator
from pasarela.rails.simulators.stores import StoreSimulator
from pasarela.rails.simulators.wallets import WalletSimulator
from pasarela.rails.stores.absent import NoStores
from pasarela.rails.stores.rail import StoreDoor
from pasarela.rails.wallets.absent import NoWallets
from pasarela.rails.wallets.rail import PostJson, WalletDoor, WalletSettings

PAYER_VARIABLES = {
    "PASARELA_STORES_USER": "the user as whom a network of stores knocks at /payers/stores/{questions,payments}",
    "PASARELA_STORES_PASSWORD": "that user's password",
    "PASARELA_WALLETS_USER": "the user as whom a wallet knocks at /payers/wallets/answers",
    "PASARELA_WALLETS_PASSWORD": "that user's password",
    "PASARELA_WALLETS_RETURNS_URL": "where money that is not wanted goes back to the wallet",
    "PASARELA_IVR_USER": "the user as whom the telephone knocks at /payers/ivr/calls",
    "PASARELA_IVR_PASSWORD": "that user's password",
}


def simulated_payers(_platform: Platform) -> Payers:
    """Tills, a wallet and a telephone in this process."""
    stores, wallets, phone = StoreSimulator(), WalletSimulator(), PhoneSimulator()
    return Payers(stores, wallets, phone, SimulatedWorld(stores, wallets, phone))


def payers_of(environment: Mapping[str, str]) -> Callable[[Platform], Payers]:
    """The networks that are configured. Raises `CannotStart` when one is only by half."""
    stores, wallets, phone = (_group(environment, f"PASARELA_{name}_") for name in ("STORES", "WALLETS", "IVR"))

    def payers(platform: Platform) -> Payers:
        doors: dict[str, Received] = {}
        store_rail: StoreRail = NoStores()
        wallet_rail: WalletRail = NoWallets()
        phone_rail: PhoneRail = NoPhone()
        if stores:
            store_rail = store_door = StoreDoor(_door(stores))
            doors["stores"] = store_door.received
        if wallets:
            wallet_rail = wallet_door = WalletDoor(WalletSettings(_door(wallets), wallets[2]), _post(platform.http))
            doors["wallets"] = wallet_door.received
        if phone:
            phone_rail = phone_door = PhoneDoor(_door(phone))
            doors["ivr"] = phone_door.received
        return Payers(store_rail, wallet_rail, phone_rail, doors=doors)

    return payers


def _group(environment: Mapping[str, str], prefix: str) -> list[str]:
    given = {name: environment.get(name, "") for name in PAYER_VARIABLES if name.startswith(prefix)}
    if not any(given.values()):
        return []
    if missing := [name for name, value in given.items() if not value]:
        raise CannotStart(f"a network of payers is configured by half, not set: {', '.join(missing)}")
    return list(given.values())


def _door(values: list[str]) -> DoorSettings:
    return DoorSettings(values[0], Secret(values[1]))


def _post(http: HttpClient) -> PostJson:
    async def post(url: str, body: bytes, user: str, password: str) -> int | None:
        try:
            answered = await http.post(url, body, {"Content-Type": "application/json"}, (user, password))
        except (Forbidden, NotReached, NoAnswer):
            return None
        return answered.status

    return post
