"""Judges a sale before its issuer is asked.

Allowed sales count towards velocity limits, refused ones don't. Sales that are judged at the same time can't
slip past a limit together: their counters are locked until all verdicts of the batch are committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pasarela.core.risk.measuring import Asked, Key, add, keys_of, list_hits, take_back
from pasarela.core.risk.model import Counter, Limits, Reading, RiskFacts, Rule, Verdict
from pasarela.core.risk.profiles import Profiles
from pasarela.core.risk.rules import RULES, judge, needs_of
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database

_Item = tuple[Asked, Limits]


class Assess:
    """Whether a sale may be sent. A tenant without lists and velocity limits costs no round trip."""

    def __init__(self, db: Database, profiles: Profiles, rules: Sequence[Rule] = RULES) -> None:
        self._db = db
        self._profiles = profiles
        self._rules = rules
        self._measured: Coalescer[_Item, Verdict] = Coalescer(self._judge_all)

    async def __call__(self, facts: RiskFacts) -> Verdict:
        """The verdict. Never raises for the sale's sake: a refusal is a verdict too."""
        profile = await self._profiles.of(facts.tenant_id)
        needs = needs_of(self._rules, profile)
        if not needs:
            return judge(self._rules, facts, profile.limits)
        return await self._measured(((facts, needs), profile.limits))

    async def _judge_all(self, items: Sequence[_Item]) -> Sequence[Verdict]:
        hits = await list_hits(self._db.batch_fetch, [asked for asked, _ in items])
        sales = [(replace(asked[0], listed=hit), keys_of(asked)) for (asked, _), hit in zip(items, hits, strict=True)]
        limits = [limits for _, limits in items]
        if not any(keys for _, keys in sales):
            return [judge(self._rules, facts, limit) for (facts, _), limit in zip(sales, limits, strict=True)]
        return await self._count_all(sales, limits)

    async def _count_all(
        self, sales: Sequence[tuple[RiskFacts, Mapping[Counter, Key]]], limits: Sequence[Limits]
    ) -> Sequence[Verdict]:
        async with self._db.batch() as tx:
            before = await add(tx, [entry for sale in sales for entry in _entries(*sale)])
            verdicts, refused = [], []
            for (facts, keys), limit in zip(sales, limits, strict=True):
                after = {
                    counter: Reading(before[key].count + 1, before[key].amount_minor + facts.amount.minor)
                    for counter, key in keys.items()
                }
                verdict = judge(self._rules, replace(facts, readings=after), limit)
                verdicts.append(verdict)
                if verdict.allowed:
                    before.update({key: after[counter] for counter, key in keys.items()})
                else:
                    refused.extend(_entries(facts, keys))
            await take_back(tx, refused)
        return verdicts


def _entries(facts: RiskFacts, keys: Mapping[Counter, Key]) -> list[tuple[Key, int]]:
    return [(key, facts.amount.minor) for key in keys.values()]
