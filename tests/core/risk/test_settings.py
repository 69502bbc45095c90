"""Setting limits and lists."""

from __future__ import annotations

import pytest

from pasarela.core.risk.change_list import ChangeList
from pasarela.core.risk.errors import BadEntry, BadLimit, UnknownEntry, UnknownRule
from pasarela.core.risk.model import Limit, ListEntry, ListKind
from pasarela.core.risk.queries import RiskSettings
from pasarela.core.risk.set_limit import SetLimit
from pasarela.core.vault.sealing import Sealer
from pasarela.kernel.paging import Page
from pasarela.kernel.secret import Secret
from tests.core.risk.conftest import VISA
from tests.fakes.stopped_clock import NOON, StoppedClock


async def test_limits_are_set_changed_and_switched_off(set_limit: SetLimit, settings: RiskSettings) -> None:
    await set_limit(7, "tenant_volume", 5)
    await set_limit(7, "max_amount", 1)
    await set_limit(7, "max_amount", 0)
    assert await settings.limits(7) == (Limit("max_amount", 0, NOON), Limit("tenant_volume", 5, NOON))
    assert await settings.limits(8) == ()

    await set_limit(7, "max_amount", None)
    await set_limit(7, "card_velocity_count", None)
    assert await settings.limits(7) == (Limit("tenant_volume", 5, NOON),)


@pytest.mark.parametrize("rule", ["nothing", "blocked_card", ""])
async def test_only_rules_with_a_limit_have_one(set_limit: SetLimit, settings: RiskSettings, rule: str) -> None:
    with pytest.raises(UnknownRule):
        await set_limit(7, rule, 5)

    assert await settings.limits(7) == ()


@pytest.mark.parametrize("value", [-1, 10**15 + 1])
async def test_a_limit_is_in_range(set_limit: SetLimit, settings: RiskSettings, value: int) -> None:
    with pytest.raises(BadLimit):
        await set_limit(7, "max_amount", value)

    assert await settings.limits(7) == ()


async def test_entries_are_listed_newest_first(
    change_list: ChangeList, settings: RiskSettings, sealer: Sealer, clock: StoppedClock
) -> None:
    await change_list.add(7, ListKind.CARD, Secret("4111 1111 1111 1111"), "fraud")
    clock.advance(hours=1)
    await change_list.add(7, ListKind.EMAIL, Secret("Ana@Example.com"), "chargeback")
    fingerprint = sealer.fingerprint(7, Secret(VISA)).hex()

    card = ListEntry(ListKind.CARD, fingerprint, "411111XXXXXX1111", "fraud", NOON)
    email = ListEntry(ListKind.EMAIL, "ana@example.com", "ana@example.com", "chargeback", clock.at)
    assert await settings.entries(7, None, Page()) == (email, card)
    assert await settings.entries(7, ListKind.CARD, Page()) == (card,)
    assert await settings.entries(7, None, Page(offset=1, limit=1)) == (card,)
    assert await settings.entries(8, None, Page()) == ()


async def test_an_entry_added_again_gets_the_new_reason(change_list: ChangeList, settings: RiskSettings) -> None:
    await change_list.add(7, ListKind.BUYER, Secret("u1"), "blocked")
    await change_list.add(7, ListKind.BUYER, Secret("u1"), "blocked_not_pending")

    [entry] = await settings.entries(7, None, Page())
    assert entry.reason == "blocked_not_pending"


async def test_entries_that_do_not_fit(change_list: ChangeList, settings: RiskSettings) -> None:
    with pytest.raises(BadEntry):
        await change_list.add(7, ListKind.CARD, Secret("4111111111111112"), "fraud")
    with pytest.raises(BadEntry):
        await change_list.add(7, ListKind.BIN, Secret("4111"), "fraud")

    assert await settings.entries(7, None, Page()) == ()


async def test_remove_refuses_what_is_not_listed(change_list: ChangeList) -> None:
    await change_list.add(8, ListKind.BIN, Secret("411111"), "fraud")

    with pytest.raises(UnknownEntry):
        await change_list.remove(7, ListKind.BIN, Secret("411111"))
    with pytest.raises(BadEntry):
        await change_list.remove(7, ListKind.CARD, Secret("x"))
