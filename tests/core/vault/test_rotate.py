"""Bringing card numbers under fresh data keys, and data keys under fresh master keys."""

from __future__ import annotations

import pytest

from pasarela.core.context import Caller
from pasarela.core.vault import rotate
from pasarela.core.vault.create_token import CreateToken
from pasarela.core.vault.data_keys import DataKeys
from pasarela.core.vault.reveal import Reveal
from pasarela.core.vault.rotate import RewrapDataKeys, RotateDataKey, Rotation
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.core.vault.store_card import StoreCard
from pasarela.infra.database import Database
from pasarela.infra.keyring import Keyring, LocalMasters
from tests.core.vault.conftest import AMEX, MASTERCARD, VISA, card
from tests.fakes.stopped_clock import StoppedClock

PANS = {"k0": VISA, "k1": AMEX, "k2": MASTERCARD, "k3": "4242424242424242", "k4": "5105105105105100"}


@pytest.fixture
async def saved(store_card: StoreCard, caller: Caller, neighbour: Caller) -> None:
    for card_id, pan in PANS.items():
        await store_card(caller, card_id=card_id, card=card(pan))
    await store_card(neighbour, card_id="k0", card=card())


@pytest.fixture
def rotate_key(database: Database, keys: DataKeys) -> RotateDataKey:
    return RotateDataKey(database, keys)


async def revealed(sources: Sources, reveal: Reveal) -> dict[str, str]:
    pans = {}
    for card_id in PANS:
        source = await sources.find(7, card_id)
        assert source is not None
        pans[card_id] = (await reveal.card(7, source.sealed)).reveal()
    return pans


async def numbers(database: Database, tenant_id: int) -> set[int]:
    async with database.tenant(tenant_id) as tx:
        return {row[0] for row in await tx.fetch("SELECT key_number FROM vault_pans")}


@pytest.mark.usefixtures("saved")
@pytest.mark.parametrize("batch", [1, 2, 5, 500])
async def test_rotation_seals_all_numbers_anew(
    database: Database,
    rotate_key: RotateDataKey,
    sources: Sources,
    reveal: Reveal,
    batch: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rotate, "BATCH", batch)

    assert await rotate_key(7) == Rotation(key_number=2, resealed=5)

    assert await numbers(database, 7) == {2}
    assert await numbers(database, 8) == {1}
    assert await revealed(sources, reveal) == PANS


@pytest.mark.usefixtures("saved")
async def test_new_cards_get_the_fresh_key(
    rotate_key: RotateDataKey, sealer: Sealer, reveal: Reveal, sources: Sources
) -> None:
    old = await sources.find(7, "k0")
    await rotate_key(7)

    fresh = await sealer.seal(7, card("4000000000000069"))

    assert fresh.key_number == 2
    assert old is not None
    assert (await reveal.card(7, old.sealed)).reveal() == VISA, "what was read before still opens"


@pytest.mark.usefixtures("saved")
async def test_resume_goes_on_after_a_crash(
    database: Database, keys: DataKeys, keyring: Keyring, clock: StoppedClock, sources: Sources, reveal: Reveal
) -> None:
    await keys.fresh(7)  # and then the process died

    after = RotateDataKey(database, DataKeys(database, keyring, clock))
    assert await after.resume(7) == Rotation(key_number=2, resealed=5)
    assert await after.resume(7) == Rotation(key_number=2, resealed=0)
    assert await revealed(sources, reveal) == PANS


@pytest.mark.usefixtures("saved")
async def test_a_process_that_still_has_the_old_key_is_picked_up(
    database: Database, rotate_key: RotateDataKey, keyring: Keyring, clock: StoppedClock, sealer: Sealer
) -> None:
    late = Sealer(DataKeys(database, keyring, clock), keyring)
    await late.seal(7, card())
    await rotate_key(7)
    new = card("4000000000000069")
    async with database.batch() as tx:
        await late.store(tx, [(7, await late.seal(7, new), new)], clock.now())
    assert await numbers(database, 7) == {1, 2}

    assert await rotate_key.resume(7) == Rotation(key_number=2, resealed=1)
    assert await numbers(database, 7) == {2}


@pytest.mark.usefixtures("saved")
async def test_two_rotations_at_once_make_one_key(database: Database, keyring: Keyring, clock: StoppedClock) -> None:
    first, second = DataKeys(database, keyring, clock), DataKeys(database, keyring, clock)
    await first.active(7)
    await second.active(7)

    assert (await first.fresh(7)).number == 2
    assert (await second.active(7)).number == 1, "it has not heard yet"
    async with database.tenant(7) as tx:
        rows = await tx.fetch("SELECT key_number, retired_at FROM data_keys ORDER BY 1")
    assert [(row[0], row[1] is None) for row in rows] == [(1, False), (2, True)]


async def test_rotation_of_a_tenant_without_cards(rotate_key: RotateDataKey) -> None:
    assert await rotate_key(9) == Rotation(key_number=2, resealed=0)


@pytest.mark.usefixtures("saved")
async def test_rewrap_frees_the_old_master_key(database: Database, clock: StoppedClock, sources: Sources) -> None:
    both = Keyring(LocalMasters({"m1": b"1" * 32, "m2": b"2" * 32}, "m2"), b"d" * 32)
    rewrap = RewrapDataKeys(database, DataKeys(database, both, clock), both)

    assert await rewrap() == 2
    assert await rewrap() == 0

    only_new = Keyring(LocalMasters({"m2": b"2" * 32}, "m2"), b"d" * 32)
    reveal = Reveal(Sealer(DataKeys(database, only_new, clock), only_new))
    assert await revealed(sources, reveal) == PANS


@pytest.mark.usefixtures("saved")
async def test_tokens_survive_a_rotation(
    create_token: CreateToken, caller: Caller, rotate_key: RotateDataKey, sources: Sources, reveal: Reveal
) -> None:
    await create_token(caller, "tok1", card())
    await rotate_key(7)

    source = await sources.find(7, "tok1")
    assert source is not None
    assert (await reveal.card(7, source.sealed)).reveal() == VISA
