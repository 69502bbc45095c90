"""Risk on a database of the test's own, with settings that take effect at once."""

from __future__ import annotations

import pytest

from pasarela.core.risk.assess import Assess
from pasarela.core.risk.change_list import ChangeList
from pasarela.core.risk.explain import Explain
from pasarela.core.risk.model import RiskFacts
from pasarela.core.risk.profiles import Profiles
from pasarela.core.risk.queries import RiskSettings
from pasarela.core.risk.set_limit import SetLimit
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.database import Database
from pasarela.infra.keyring import Keyring, LocalMasters
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import Secret
from tests.fakes.stopped_clock import NOON, StoppedClock

VISA = "4111111111111111"


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def sealer(database: Database, clock: StoppedClock) -> Sealer:
    keyring = Keyring(LocalMasters({"m1": b"1" * 32}, "m1"), b"d" * 32)
    return Sealer(DataKeys(database, keyring, clock), keyring)


@pytest.fixture
def profiles(database: Database) -> Profiles:
    return Profiles(database)


@pytest.fixture
def assess(database: Database, profiles: Profiles) -> Assess:
    return Assess(database, profiles)


@pytest.fixture
def explain(database: Database, profiles: Profiles) -> Explain:
    return Explain(database, profiles)


@pytest.fixture
def set_limit(database: Database, profiles: Profiles, clock: StoppedClock) -> SetLimit:
    return SetLimit(database, profiles, clock)


@pytest.fixture
def change_list(database: Database, profiles: Profiles, sealer: Sealer, clock: StoppedClock) -> ChangeList:
    return ChangeList(database, profiles, sealer, clock)


@pytest.fixture
def settings(database: Database) -> RiskSettings:
    return RiskSettings(database)


@pytest.fixture
def sale(sealer: Sealer) -> RiskFacts:
    """100 pesos of tenant 7 by a card."""
    return RiskFacts(
        tenant_id=7,
        api="openpay",
        amount=Money(100_00, Currency.MXN),
        at=NOON,
        fingerprint=sealer.fingerprint(7, Secret(VISA)),
        platform_fingerprint=sealer.platform_fingerprint(Secret(VISA)),
        bin="411111",
        email="Juan.Perez@Example.com",
        buyer="uid-1",
    )
