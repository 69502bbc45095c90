"""Judging sales: lists and velocity against the database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from pasarela.core.risk.assess import Assess
from pasarela.core.risk.change_list import ChangeList
from pasarela.core.risk.explain import Explain
from pasarela.core.risk.jobs import PruneCounters
from pasarela.core.risk.model import Effect, Explained, ListKind, RiskFacts, Verdict
from pasarela.core.risk.profiles import REMEMBERED_SECONDS, Profiles
from pasarela.core.risk.set_limit import SetLimit
from pasarela.core.vault.sealing import Sealer
from pasarela.infra.database import Database
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import Secret
from tests.core.risk.conftest import VISA
from tests.fakes.stopped_clock import NOON, StoppedClock

ALLOWED = Verdict(allowed=True)


def refused(*rules: str) -> Verdict:
    return Verdict(allowed=False, matched=rules)


async def counted(database: Database) -> dict[tuple[str, str], tuple[int, int]]:
    async with database.operator() as tx:
        rows = await tx.fetch("SELECT * FROM risk_counters")
    return {(row["counter"], row["currency"]): (row["count"], row["amount_minor"]) for row in rows}


async def test_a_tenant_without_settings_costs_no_query(
    database: Database, assess: Assess, profiles: Profiles, sale: RiskFacts
) -> None:
    await profiles.of(7)
    await database.close()

    assert await assess(sale) == ALLOWED


async def test_a_maximum_amount_costs_no_query_either(
    database: Database, assess: Assess, profiles: Profiles, set_limit: SetLimit, sale: RiskFacts
) -> None:
    await set_limit(7, "max_amount", 99_99)
    await profiles.of(7)
    await database.close()

    assert await assess(sale) == refused("max_amount")


@pytest.mark.parametrize(
    ("kind", "entry", "rule"),
    [
        (ListKind.CARD, "4111-1111-1111-1111", "blocked_card"),
        (ListKind.BIN, "411111", "blocked_bin"),
        (ListKind.EMAIL, "juan.perez@example.com", "blocked_email"),
        (ListKind.BUYER, "uid-1", "blocked_buyer"),
    ],
)
async def test_a_listed_sale_is_refused(
    assess: Assess, change_list: ChangeList, sale: RiskFacts, kind: ListKind, entry: str, rule: str
) -> None:
    await change_list.add(7, kind, Secret(entry), "fraud")

    assert await assess(sale) == refused(rule)
    other = replace(sale, fingerprint=b"\0" * 32, bin="424242", email="ana@example.com", buyer="uid-2")
    assert await assess(other) == ALLOWED
    assert await assess(replace(sale, fingerprint=None, bin=None, email=None, buyer=None)) == ALLOWED

    await change_list.remove(7, kind, Secret(entry))
    assert await assess(sale) == ALLOWED


async def test_lists_are_the_tenant_s_own(assess: Assess, change_list: ChangeList, sale: RiskFacts) -> None:
    await change_list.add(8, ListKind.EMAIL, Secret("juan.perez@example.com"), "fraud")
    await change_list.add(7, ListKind.BIN, Secret("999999"), "fraud")

    assert await assess(sale) == ALLOWED
    assert await assess(replace(sale, tenant_id=8)) == refused("blocked_email")


async def test_card_velocity_counts_allowed_sales(
    database: Database, assess: Assess, set_limit: SetLimit, sale: RiskFacts
) -> None:
    await set_limit(7, "card_velocity_count", 2)

    assert [await assess(sale) for _ in range(4)] == [
        ALLOWED,
        ALLOWED,
        refused("card_velocity_count"),
        refused("card_velocity_count"),
    ]
    assert await assess(replace(sale, fingerprint=b"\0" * 32)) == ALLOWED, "another card"
    assert await assess(replace(sale, fingerprint=None)) == ALLOWED, "no card at all"
    async with database.operator() as tx:
        counts = await tx.fetch("SELECT count FROM risk_counters ORDER BY 1")
    assert [row["count"] for row in counts] == [1, 2]


async def test_a_refused_sale_spends_no_amount(
    database: Database, assess: Assess, set_limit: SetLimit, sale: RiskFacts
) -> None:
    await set_limit(7, "card_velocity_amount", 250_00)
    large = replace(sale, amount=Money(1000_00, Currency.MXN))

    verdicts = [await assess(one) for one in (large, sale, sale, sale)]

    assert verdicts == [
        refused("card_velocity_amount"),
        ALLOWED,
        ALLOWED,
        refused("card_velocity_amount"),
    ]
    assert await counted(database) == {("card", "MXN"): (2, 200_00)}


async def test_a_sale_that_a_list_refuses_is_not_counted(
    database: Database, assess: Assess, set_limit: SetLimit, change_list: ChangeList, sale: RiskFacts
) -> None:
    await set_limit(7, "tenant_volume", 500_00)
    await change_list.add(7, ListKind.BUYER, Secret("uid-1"), "fraud")

    assert await assess(sale) == refused("blocked_buyer")
    assert await counted(database) == {("tenant", "MXN"): (0, 0)}


async def test_concurrent_sales_do_not_slip_past_a_limit(
    database: Database, assess: Assess, profiles: Profiles, set_limit: SetLimit, sale: RiskFacts
) -> None:
    await set_limit(7, "tenant_volume", 1000_00)
    elsewhere = Assess(database, profiles)  # as another process would: with batches of its own

    verdicts = await asyncio.gather(*(who(sale) for who in (assess, elsewhere) for _ in range(100)))

    assert verdicts.count(ALLOWED) == 10
    assert verdicts.count(refused("tenant_volume")) == 190
    assert await counted(database) == {("tenant", "MXN"): (10, 1000_00)}


async def test_a_batch_of_many_tenants(assess: Assess, set_limit: SetLimit, sale: RiskFacts) -> None:
    for tenant in (7, 8):
        await set_limit(tenant, "card_velocity_count", 1)
    await set_limit(9, "max_amount", 1)
    tenants = [7, 8, 9, 10] * 10

    verdicts = await asyncio.gather(*(assess(replace(sale, tenant_id=tenant)) for tenant in tenants))

    allowed = [tenant for tenant, verdict in zip(tenants, verdicts, strict=True) if verdict.allowed]
    assert allowed == [7, 8, 10] + [10] * 9


async def test_the_window_is_24_hours(assess: Assess, set_limit: SetLimit, sale: RiskFacts) -> None:
    await set_limit(7, "card_velocity_count", 1)
    assert await assess(sale) == ALLOWED

    late = NOON + timedelta(hours=23, minutes=59)
    assert await assess(replace(sale, at=late)) == refused("card_velocity_count")
    assert await assess(replace(sale, at=NOON + timedelta(hours=24))) == ALLOWED


async def test_amounts_of_different_currencies_are_apart(assess: Assess, set_limit: SetLimit, sale: RiskFacts) -> None:
    dollars = replace(sale, amount=Money(100_00, Currency.USD))
    await set_limit(7, "card_velocity_amount", 100_00)
    assert [await assess(one) for one in (sale, dollars)] == [ALLOWED, ALLOWED]

    await set_limit(7, "card_velocity_amount", None)
    await set_limit(7, "card_velocity_count", 2)
    assert await assess(dollars) == refused("card_velocity_count")


async def test_settings_of_another_process_take_effect_within_seconds(
    database: Database, set_limit: SetLimit, sale: RiskFacts
) -> None:
    passed = 0.0
    assess = Assess(database, Profiles(database, monotonic=lambda: passed))
    assert await assess(sale) == ALLOWED
    await set_limit(7, "max_amount", 1)
    assert await assess(sale) == ALLOWED

    passed = REMEMBERED_SECONDS
    assert await assess(sale) == refused("max_amount")


async def test_forget_makes_any_change_take_effect_at_once(
    database: Database, assess: Assess, profiles: Profiles, sale: RiskFacts
) -> None:
    assert await assess(sale) == ALLOWED
    async with database.operator() as tx:
        await tx.execute("INSERT INTO risk_limits VALUES (7, 'max_amount', 1, $1)", NOON)
    profiles.forget()

    assert await assess(sale) == refused("max_amount")


async def test_explain_names_every_rule_and_counts_nothing(
    database: Database,
    assess: Assess,
    explain: Explain,
    set_limit: SetLimit,
    change_list: ChangeList,
    sale: RiskFacts,
) -> None:
    await set_limit(7, "card_velocity_count", 1)
    await set_limit(7, "tenant_volume", 300_00)
    await assess(sale)
    await change_list.add(7, ListKind.EMAIL, Secret("juan.perez@example.com"), "fraud")
    before = await counted(database)

    explained = await explain(sale)

    assert explained == (
        Explained("blocked_card", Effect.REFUSE, met=False, limit=None),
        Explained("blocked_bin", Effect.REFUSE, met=False, limit=None),
        Explained("blocked_email", Effect.REFUSE, met=True, limit=None),
        Explained("blocked_buyer", Effect.REFUSE, met=False, limit=None),
        Explained("max_amount", Effect.REFUSE, met=False, limit=None),
        Explained("card_velocity_count", Effect.REFUSE, met=True, limit=1),
        Explained("card_velocity_amount", Effect.REFUSE, met=False, limit=None),
        Explained("tenant_volume", Effect.REFUSE, met=False, limit=300_00),
        Explained("sandbox_review", Effect.REVIEW, met=False, limit=None),
    )
    assert await counted(database) == before


async def test_explain_agrees_with_assess(
    assess: Assess, explain: Explain, set_limit: SetLimit, sale: RiskFacts
) -> None:
    await set_limit(7, "card_velocity_amount", 250_00)
    for _ in range(4):
        expected = tuple(one.rule for one in await explain(sale) if one.met)
        assert (await assess(sale)).matched == expected


async def test_prune_forgets_what_no_window_reaches(
    database: Database, assess: Assess, set_limit: SetLimit, clock: StoppedClock, sale: RiskFacts
) -> None:
    await set_limit(7, "card_velocity_count", 9)
    for hours in (0, 1, 100):
        await assess(replace(sale, at=NOON + timedelta(hours=hours)))
    prune = PruneCounters(database)

    assert await prune(NOON + timedelta(hours=100)) == 2
    assert await prune(NOON + timedelta(hours=100)) == 0


async def test_counters_hold_no_card_number(
    database: Database, assess: Assess, set_limit: SetLimit, change_list: ChangeList, sale: RiskFacts
) -> None:
    await set_limit(7, "card_velocity_count", 9)
    await change_list.add(7, ListKind.CARD, Secret(VISA), "fraud")
    await assess(sale)

    async with database.operator() as tx:
        rows = await tx.fetch("SELECT c::text FROM risk_counters c UNION ALL SELECT l::text FROM risk_lists l")
    assert len(rows) == 2
    assert not any(VISA in row[0] for row in rows)


async def test_tenants_do_not_see_each_other(
    database: Database,
    assess: Assess,
    set_limit: SetLimit,
    change_list: ChangeList,
    sealer: Sealer,
    sale: RiskFacts,
) -> None:
    for tenant in (7, 8):
        await set_limit(tenant, "tenant_volume", 10**9)
        await change_list.add(tenant, ListKind.CARD, Secret("4242424242424242"), "fraud")
        await assess(replace(sale, tenant_id=tenant))

    async with database.tenant(7) as tx:
        for table in ("risk_lists", "risk_limits", "risk_counters"):
            seen = await tx.fetch(f"SELECT tenant_id FROM {table}")  # noqa: S608 - our own names
            assert [row["tenant_id"] for row in seen] == [7], table
