"""The vault on a database of the test's own, for two tenants: `caller` and `neighbour`."""

from __future__ import annotations

import pytest

from pasarela.core.context import Caller, Mode
from pasarela.core.vault.create_token import CreateToken
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.delete_card import DeleteCard
from pasarela.core.vault.queries import Cards, Tokens
from pasarela.core.vault.reveal import Reveal
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.core.vault.store_card import StoreCard
from pasarela.core.vault.update_card import UpdateCard
from pasarela.infra.database import Database
from pasarela.infra.ephemeral import MemorySecrets
from pasarela.infra.keyring import Keyring, LocalMasters
from pasarela.kernel.cards import CardData, Expiry
from pasarela.kernel.secret import Secret
from tests.fakes.stopped_clock import StoppedClock

VISA = "4111111111111111"
MASTERCARD = "5555555555554444"
AMEX = "343434343434343"


def card(pan: str = VISA, *, cvv: str | None = "842", holder: str = "Juan Perez Ramirez") -> CardData:
    return CardData(Secret(pan), holder, Expiry(2030, 12), None if cvv is None else Secret(cvv))


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def caller() -> Caller:
    return Caller(7, "openpay", "mshop", "Tienda", Mode.TEST, "request 1")


@pytest.fixture
def neighbour() -> Caller:
    return Caller(8, "openpay", "mother", "Otra", Mode.TEST, "request 2")


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(LocalMasters({"m1": b"1" * 32}, "m1"), b"d" * 32)


@pytest.fixture
def keys(database: Database, keyring: Keyring, clock: StoppedClock) -> DataKeys:
    return DataKeys(database, keyring, clock)


@pytest.fixture
def sealer(keys: DataKeys, keyring: Keyring) -> Sealer:
    return Sealer(keys, keyring)


@pytest.fixture
def reveal(sealer: Sealer) -> Reveal:
    return Reveal(sealer)


@pytest.fixture
def ephemeral(clock: StoppedClock) -> MemorySecrets:
    return MemorySecrets(clock)


@pytest.fixture
def sources(database: Database, clock: StoppedClock) -> Sources:
    return Sources(database, clock)


@pytest.fixture
def store_card(database: Database, sealer: Sealer, clock: StoppedClock) -> StoreCard:
    return StoreCard(database, sealer, clock)


@pytest.fixture
def create_token(database: Database, sealer: Sealer, ephemeral: MemorySecrets, clock: StoppedClock) -> CreateToken:
    return CreateToken(database, sealer, ephemeral, clock)


@pytest.fixture
def delete_card(database: Database, ephemeral: MemorySecrets, clock: StoppedClock) -> DeleteCard:
    return DeleteCard(database, ephemeral, clock)


@pytest.fixture
def update_card(database: Database, ephemeral: MemorySecrets) -> UpdateCard:
    return UpdateCard(database, ephemeral)


@pytest.fixture
def cards(database: Database) -> Cards:
    return Cards(database)


@pytest.fixture
def tokens(database: Database) -> Tokens:
    return Tokens(database)
