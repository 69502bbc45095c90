"""Lists and searches of the busy merchant, each filter and their combinations, on the database with a past.

Every kind is asked for in many variants (other days, amounts, order ids), so that no page is simply remembered.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from bench import load
from bench.progress import say
from bench.servers import Server
from bench.world import HISTORY, World

CONNECTIONS = 4
PAYMENTS_SAMPLED = 1000

Fields = dict[str, object]

_VARIANTS = range(100)


@dataclass(frozen=True, slots=True)
class Answered:
    """How one kind of read was answered, at four connections. CPU microseconds are per call. One that took longer than
    it was asked for has the latency of that time, at least."""

    name: str
    example: str
    per_second: float
    p50_ms: float
    p99_ms: float
    server_us: float
    postgres_us: float
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
        *((name, [busy.charges + query for query in queries]) for name, queries in _Questions(charges).kinds()),
    ]
    found = []
    say(f"lists and searches, {len(asked)} kinds, {seconds} s each")
    for name, paths in asked:
        answered = await _asked(world, server, name, paths, seconds)
        found.append(answered)
        say(f"  {name}: p99 {answered.p99_ms:.1f} ms")
    return found


async def _asked(world: World, server: Server, name: str, paths: list[str], seconds: int) -> Answered:
    busy = world.merchants[0]
    targets = load.write_targets(world.folder / "lists.tsv", [(path, busy.authorization) for path in paths])
    meter = load.Meter(server.pid, world.cluster.pid)
    run = await load.run("get", server.url, str(targets), connections=CONNECTIONS, seconds=seconds)
    spent, calls = meter.spent(), max(run.answered_200, 1)
    return Answered(
        name=name,
        example=paths[0].removeprefix(busy.charges),
        per_second=run.answered_200 / run.seconds,
        p50_ms=run.p50_ms or seconds * 1e3,
        p99_ms=run.p99_ms or seconds * 1e3,
        server_us=spent.server / calls * 1e6,
        postgres_us=spent.postgres / calls * 1e6,
        failed=run.failed,
        first_refusal=run.first_refusal,
    )


class _Questions:
    """Makes up what is asked for: the same in every run."""

    def __init__(self, charges: int) -> None:
        self._charges = charges
        self._chance = random.Random(1)  # noqa: S311 - repeatable on purpose
        self._today = datetime.now(UTC).date()

    def kinds(self) -> Iterator[tuple[str, list[str]]]:
        """Each kind of list with its queries."""
        for name, fields in (*self._single(), *self._combined()):
            yield name, ["?" + urlencode(each) if each else "" for each in fields]

    def _single(self) -> Iterator[tuple[str, list[Fields]]]:
        yield "first page", [{}]
        yield "first page of 100", [{"limit": 100}]
        yield "order id", [{"order_id": self._order_id()} for _ in _VARIANTS]
        yield "order id that nobody has", [{"order_id": f"nobody-{n}"} for n in _VARIANTS]
        yield "creation, one day", [{"creation": self._day()} for _ in _VARIANTS]
        yield "creation, a week", [self._days(7) for _ in _VARIANTS]
        yield "creation, since a day", [{"creation[gte]": self._day()} for _ in _VARIANTS]
        yield "creation, up to a day", [{"creation[lte]": self._day()} for _ in _VARIANTS]
        yield "amount, a usual one", [{"amount": amount} for amount in ("99.00", "100.00", "499.00")]
        yield "amount, any", [{"amount": _pesos(self._cents())} for _ in _VARIANTS]
        yield "amount within a peso", [self._amounts(100) for _ in _VARIANTS]
        yield "amount within a thousand pesos", [self._amounts(100_000) for _ in _VARIANTS]
        yield "amount, the largest", [{"amount[gte]": "4990.00"}]
        for word in ("COMPLETED", "IN_PROGRESS", "REFUNDED", "CANCELLED", "FAILED"):
            yield f"status {word}", [{"status": word}]
        for offset in (100, 10_000, 100_000, 500_000):
            if offset < self._charges * 3 // 4:
                yield f"offset {offset:,}", [{"offset": offset + n} for n in _VARIANTS]

    def _combined(self) -> Iterator[tuple[str, list[Fields]]]:
        yield "CANCELLED, deep", [{"status": "CANCELLED", "offset": self._charges // 200 + n} for n in _VARIANTS]
        yield "COMPLETED, deep", [{"status": "COMPLETED", "offset": self._charges // 10 + n} for n in _VARIANTS]
        yield "amount range, deep", [{"offset": self._charges // 50} | self._amounts(90_000) for _ in _VARIANTS]
        yield "FAILED in a week", [{"status": "FAILED"} | self._days(7) for _ in _VARIANTS]
        yield "REFUNDED in a week", [{"status": "REFUNDED"} | self._days(7) for _ in _VARIANTS]
        yield "amount within a peso, in a month", [self._amounts(100) | self._days(30) for _ in _VARIANTS]
        yield "CANCELLED and a rare amount", [{"status": "CANCELLED"} | self._amounts(10) for _ in _VARIANTS]
        yield (
            "status, amounts, days, offset",
            [
                {"status": "COMPLETED", "offset": 50, "limit": 50} | self._amounts(100_000) | self._days(60)
                for _ in _VARIANTS
            ],
        )

    def _order_id(self) -> str:
        # Of each ten charges of the history the first is another merchant's.
        return f"history-{self._chance.randrange(self._charges) // 10 * 10 + 1}"

    def _cents(self) -> int:
        return self._chance.randint(1500, 400_000)

    def _amounts(self, width_cents: int) -> Fields:
        cents = self._cents()
        return {"amount[gte]": _pesos(cents), "amount[lte]": _pesos(cents + width_cents)}

    def _day(self) -> date:
        return self._today - timedelta(days=self._chance.randint(7, 350))

    def _days(self, count: int) -> Fields:
        first = self._day()
        return {"creation[gte]": first, "creation[lte]": first + timedelta(days=count)}


def _pesos(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
