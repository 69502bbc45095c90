"""Tells which rules a given sale would meet, without counting it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pasarela.core.risk.measuring import keys_of, list_hits, read
from pasarela.core.risk.model import Explained, Reading, RiskFacts, Rule
from pasarela.core.risk.profiles import Profiles
from pasarela.core.risk.rules import RULES, explain, needs_of
from pasarela.infra.database import Database


class Explain:
    """The same rules over the same facts as `Assess`, for people."""

    def __init__(self, db: Database, profiles: Profiles, rules: Sequence[Rule] = RULES) -> None:
        self._db = db
        self._profiles = profiles
        self._rules = rules

    async def __call__(self, facts: RiskFacts) -> tuple[Explained, ...]:
        """Every rule, in order, and whether the sale would meet it now."""
        profile = await self._profiles.of(facts.tenant_id)
        asked = (facts, needs_of(self._rules, profile))
        keys = keys_of(asked)
        async with self._db.tenant(facts.tenant_id) as tx:
            [hits] = await list_hits(tx.fetch, [asked])
            before = await read(tx, keys.values())
        readings = {
            counter: Reading(before[key].count + 1, before[key].amount_minor + facts.amount.minor)
            for counter, key in keys.items()
        }
        return explain(self._rules, replace(facts, listed=hits, readings=readings), profile.limits)
