"""Lists and searches of the busy merchant, each filter and their combinations, on the database with a past.

Every kind is asked for in many variants (other days, amounts, order ids), so that no page is simply remembered.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from bench import load
from bench.progress import say
from bench.servers import Server
from bench.world import HISTORY, World

CONNECTIONS = 4
VARIANTS = 100
PAYMENTS_SAMPLED = 1000


@dataclass(frozen=True, slots=True)
class Answered:
    """How one kind of read was answered, at four connections."""

    name: str
    example: str
    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int
    first_refusal: str


async def measure(world: World, server: Server, charges: int, *, seconds: int) -> list[Answered]:
    """Asks for every kind of list, one after the other."""
    busy = world.merchants[0]
    rows = await world.cluster.fetch(
        HISTORY,
        "SELECT payment_id FROM payments WHERE tenant_id = $1 AND hashtext(payment_id) % 500 = 0 LIMIT $2",
        busy.tenant_id,
        PAYMENTS_SAMPLED,
    )
    asked = [
        ("one charge by id", [f"{busy.charges}/{row['payment_id']}" for row in rows]),
        *((name, [busy.charges + query for query in queries]) for name, queries in _kinds(charges)),
    ]
    found = []
    say(f"lists and searches, {len(asked)} kinds, {seconds} s each")
    for name, paths in asked:
        targets = load.write_targets(world.folder / "lists.tsv", [(path, busy.authorization) for path in paths])
        run = await load.run("get", server.url, str(targets), connections=CONNECTIONS, seconds=seconds)
        example = paths[0].removeprefix(busy.charges)
        found.append(
            Answered(
                name,
                example,
                run.answered_200 / run.seconds,
                run.p50_ms,
                run.p99_ms,
                run.failed,
                run.first_refusal,
            )
        )
        say(f"  {name}: p99 {run.p99_ms:.1f} ms")
    return found


def _kinds(charges: int) -> Iterator[tuple[str, list[str]]]:
    """Each kind of list with its queries."""
    chance = random.Random(1)  # noqa: S311 - the same questions in every run
    today = datetime.now(UTC).date()

    def day(days_ago_max: int = 350) -> date:
        return today - timedelta(days=chance.randint(7, days_ago_max))

    def queries(*fields: Mapping[str, object]) -> list[str]:
        return ["?" + urlencode(each) if each else "" for each in fields]

    def variants() -> range:
        return range(VARIANTS)

    def cents() -> int:
        return chance.randint(1500, 400_000)

    def span(first: date, days: int) -> dict[str, object]:
        return {"creation[gte]": first, "creation[lte]": first + timedelta(days=days)}

    yield "first page", queries({})
    yield "first page of 100", queries({"limit": 100})
    # Of each ten charges of the history the first is another merchant's.
    yield (
        "order id",
        queries(*({"order_id": f"history-{chance.randrange(charges) // 10 * 10 + 1}"} for _ in variants())),
    )
    yield "order id that nobody has", queries(*({"order_id": f"nobody-{n}"} for n in variants()))
    yield "creation, one day", queries(*({"creation": day()} for _ in variants()))
    yield "creation, a week", queries(*(span(day(), 7) for _ in variants()))
    yield "creation, since a day", queries(*({"creation[gte]": day()} for _ in variants()))
    yield "creation, up to a day", queries(*({"creation[lte]": day()} for _ in variants()))
    yield (
        "amount, a usual one",
        queries(*({"amount": chance.choice(["99.00", "100.00", "499.00"])} for _ in variants())),
    )
    yield "amount, any", queries(*({"amount": f"{cents() / 100:.2f}"} for _ in variants()))
    yield "amount within a peso", queries(*(_between(cents(), 100) for _ in variants()))
    yield "amount within a thousand pesos", queries(*(_between(cents(), 100_000) for _ in variants()))
    yield "amount, the largest", queries({"amount[gte]": "4990.00"})
    for word in ("COMPLETED", "IN_PROGRESS", "REFUNDED", "CANCELLED", "FAILED"):
        yield f"status {word}", queries({"status": word})
    for offset in (100, 10_000, 100_000, 500_000):
        yield f"offset {offset:,}", queries(*({"offset": offset + n} for n in variants()))
    yield "status CANCELLED, offset 5,000", queries(*({"status": "CANCELLED", "offset": 5000 + n} for n in variants()))
    yield "status FAILED in a week", queries(*({"status": "FAILED"} | span(day(), 7) for _ in variants()))
    yield "status REFUNDED in a week long ago", queries(*({"status": "REFUNDED"} | span(day(), 7) for _ in variants()))
    yield (
        "amount within a peso, in a month",
        queries(*(_between(cents(), 100) | span(day(), 30) for _ in variants())),
    )
    yield (
        "status, amount, creation, offset",
        queries(
            *(
                {"status": "COMPLETED", "offset": 50, "limit": 50} | _between(cents(), 100_000) | span(day(), 60)
                for _ in variants()
            )
        ),
    )
    yield (
        "status and a rare amount",
        queries(*({"status": "CANCELLED"} | _between(cents(), 10) for _ in variants())),
    )


def _between(cents: int, width: int) -> dict[str, object]:
    return {"amount[gte]": f"{cents / 100:.2f}", "amount[lte]": f"{(cents + width) / 100:.2f}"}
