"""Looks up what rules need to know of sales: which lists name them, and how much was counted already.

All of it is for lists, over many tenants. What a sale does not tell (no card, no e-mail) is looked up nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from pasarela.core.risk.model import Counter, ListKind, Need, Reading, RiskFacts
from pasarela.core.risk.repository import SQL
from pasarela.core.risk.rules import bucket_of, subject_of
from pasarela.infra.database import Tx

Asked = tuple[RiskFacts, frozenset[Need]]
"""A sale with what must be known of it."""

Fetch = Callable[..., Awaitable[Sequence[asyncpg.Record]]]
"""Runs a statement, in a transaction or alone."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """One row of the counters: what is counted, for whom, in which hour, in which currency."""

    tenant_id: int
    counter: str
    subject: str
    bucket: datetime
    currency: str


def keys_of(asked: Asked) -> dict[Counter, Key]:
    """The counters that a sale is counted in."""
    facts, needs = asked
    keys = {}
    for need in needs:
        if isinstance(need, Counter):
            subject = subject_of(need, facts)
            if subject is not None:
                bucket, currency = bucket_of(facts.at), facts.amount.currency.code
                keys[need] = Key(facts.tenant_id, need.value, subject, bucket, currency)
    return keys


async def list_hits(fetch: Fetch, items: Sequence[Asked]) -> list[dict[ListKind, str]]:
    """For each sale the lists that name it, with the reason given there."""
    hits: list[dict[ListKind, str]] = [{} for _ in items]
    asked = [
        (n, facts.tenant_id, need.value, subject)
        for n, (facts, needs) in enumerate(items)
        for need in needs
        if isinstance(need, ListKind) and (subject := subject_of(need, facts)) is not None
    ]
    if asked:
        for row in await fetch(SQL["find_listed"], *map(list, zip(*asked, strict=True))):
            hits[row["n"]][ListKind(row["kind"])] = row["reason"]
    return hits


async def read(tx: Tx, keys: Iterable[Key]) -> dict[Key, Reading]:
    """What the windows that end in these hours hold."""
    ordered = sorted(set(keys))
    if not ordered:
        return {}
    rows = await tx.fetch(SQL["read_counters"], *_columns(ordered))
    return _readings(ordered, rows)


async def add(tx: Tx, sales: Iterable[tuple[Key, int]]) -> dict[Key, Reading]:
    """Counts sales (key, amount) and answers what the windows held before. The counters stay locked until the
    transaction ends."""
    counts, amounts = _summed(sales)
    ordered = sorted(counts)
    if not ordered:
        return {}
    rows = await tx.fetch(
        SQL["add_to_counters"],
        *_columns(ordered),
        [counts[key] for key in ordered],
        [amounts[key] for key in ordered],
    )
    return _readings(ordered, rows)


async def take_back(tx: Tx, sales: Iterable[tuple[Key, int]]) -> None:
    """Counts sales no longer that `add` has counted in this transaction."""
    counts, amounts = _summed(sales)
    ordered = sorted(counts)
    if ordered:
        await tx.execute(
            SQL["subtract_from_counters"],
            *_columns(ordered),
            [counts[key] for key in ordered],
            [amounts[key] for key in ordered],
        )


def _summed(sales: Iterable[tuple[Key, int]]) -> tuple[Mapping[Key, int], Mapping[Key, int]]:
    counts: defaultdict[Key, int] = defaultdict(int)
    amounts: defaultdict[Key, int] = defaultdict(int)
    for key, amount_minor in sales:
        counts[key] += 1
        amounts[key] += amount_minor
    return counts, amounts


def _columns(keys: Sequence[Key]) -> list[list[object]]:
    rows = [(key.tenant_id, key.counter, key.subject, key.bucket, key.currency) for key in keys]
    return [list(column) for column in zip(*rows, strict=True)]


def _readings(keys: Sequence[Key], rows: Iterable[asyncpg.Record]) -> dict[Key, Reading]:
    return {keys[row["n"] - 1]: Reading(row["count"], row["amount_minor"]) for row in rows}
