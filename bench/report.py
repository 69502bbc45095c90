"""What was found: a table for people, and all figures as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.lists import Answered
from bench.measure import Run
from bench.rows import Written

GOAL_FUNCTION, AIM_FUNCTION = 1.0, 2.0
GOAL_ORM, AIM_ORM = 10.0, 20.0
GOAL_P99_MS = 100.0
GOAL_LIST_P99_MS = 50.0
GOAL_PAST = 0.15


@dataclass(frozen=True, slots=True)
class Round:
    """Everything that is compared, measured once."""

    busy: Run
    function: Run
    function_fewer: list[Run]
    orm: Run
    thousand: Run
    two_steps: Run

    @property
    def best_function(self) -> Run:
        return max([self.function, *self.function_fewer], key=lambda run: run.per_second)


@dataclass(frozen=True, slots=True)
class Past:
    """Pairs of runs on the small database and on the one with `charges` charges; reads of the latter."""

    charges: int
    pairs: list[tuple[Run, Run]]
    lists: list[Answered]
    ledger_problems: list[str]


@dataclass(slots=True)
class Figures:
    """All that a run has found so far."""

    quick: bool
    seconds: int
    connections: int
    rows_pasarela: dict[str, Written] = field(default_factory=dict)
    rows_function: dict[str, Written] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    past: Past | None = None


def text(figures: Figures) -> str:
    """The report, as it is printed."""
    parts = [_heading(figures), _rows_table(figures)]
    if figures.rounds:
        parts += [_charges_table(figures.rounds), _ratios(figures.rounds)]
    if figures.past is not None:
        parts.append(_past(figures.past))
    return "\n\n".join(parts)


def write(figures: Figures, shown: str, folder: Path) -> Path:
    """Writes all figures; answers the file."""
    folder.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC)
    record = {"at": at.isoformat(timespec="seconds"), "machine": _machine(), **asdict(figures), "shown": shown}
    file = folder / f"{at:%Y%m%dT%H%M%SZ}.json"
    file.write_text(json.dumps(record, indent=1))
    return file


def _machine() -> str:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {system}"


def _heading(figures: Figures) -> str:
    rounds = len(figures.rounds) or (len(figures.past.pairs) if figures.past else 0)
    return (
        f"Durable card charges, {figures.connections} connections,"
        f" medians of {rounds} round(s) of {figures.seconds} s\n"
        f"{_machine()}; the load tool runs on the same machine"
    )


def _rows_table(figures: Figures) -> str:
    names = sorted(figures.rows_pasarela.keys() | figures.rows_function.keys())
    lines = [
        (name, str(figures.rows_pasarela.get(name, ".")), str(figures.rows_function.get(name, "."))) for name in names
    ]
    table = _table("Rows written per charge (+ inserted, ~ updated, - deleted)", ("", "Pasarela", "pgbench"), lines)
    return "\n".join([table, *(f"Not the same: {each}" for each in figures.differences)])


def _charges_table(rounds: Sequence[Round]) -> str:
    fewer = range(len(rounds[0].function_fewer))
    series = [
        [each.busy for each in rounds],
        [each.thousand for each in rounds],
        [each.two_steps for each in rounds],
        [each.function for each in rounds],
        *([each.function_fewer[n] for each in rounds] for n in fewer),
        [each.orm for each in rounds],
    ]
    head = ("", "charges/s", "p50 ms", "p99 ms", "server µs", "database µs", "tool µs", "WAL bytes", "failed")
    lines = [_line(runs) for runs in series]
    note = (
        "µs: CPU time per charge. pgbench: its mean latency stands for p50 and p99. In two steps: latency of each call."
    )
    return _table("Charges", head, lines) + f"\n{note}"


def _line(runs: Sequence[Run]) -> tuple[str, ...]:
    def middle(of: Callable[[Run], float]) -> float:
        return median(map(of, runs))

    return (
        runs[0].name,
        f"{middle(lambda run: run.per_second):,.0f}",
        f"{middle(lambda run: run.p50_ms):.1f}",
        f"{middle(lambda run: run.p99_ms):.1f}",
        f"{middle(lambda run: run.server_us):,.0f}",
        f"{middle(lambda run: run.postgres_us):,.0f}",
        f"{middle(lambda run: run.tool_us):,.0f}",
        f"{middle(lambda run: run.wal_bytes):,.0f}",
        _failures(runs),
    )


def _failures(runs: Sequence[Run]) -> str:
    failed = sum(run.failed for run in runs)
    first = next((run.first_refusal for run in runs if run.first_refusal), "")
    return f"{failed} {first[:60]}".strip()


def _ratios(rounds: Sequence[Round]) -> str:
    def ratio(name: str, of: Callable[[Round], float], goal: float, aim: float) -> tuple[str, ...]:
        values = [of(each) for each in rounds]
        found = median(values)
        spread = f"{min(values):.2f} - {max(values):.2f}" if len(values) > 1 else ""
        said = f"aim of {aim:g} reached" if found >= aim else "reached" if found >= goal else "MISSED"
        return (name, f"{found:.2f} x", spread, f"{goal:g} x", said)

    p99 = median(each.busy.p99_ms for each in rounds)
    lines = [
        ratio(
            "busy merchant / pgbench, 64 clients",
            lambda each: each.busy.per_second / each.function.per_second,
            GOAL_FUNCTION,
            AIM_FUNCTION,
        ),
        ratio(
            "busy merchant / pgbench, its best",
            lambda each: each.busy.per_second / each.best_function.per_second,
            GOAL_FUNCTION,
            AIM_FUNCTION,
        ),
        ratio(
            "busy merchant / ORM",
            lambda each: each.busy.per_second / each.orm.per_second,
            GOAL_ORM,
            AIM_ORM,
        ),
        (
            "busy merchant, p99",
            f"{p99:.1f} ms",
            "",
            f"< {GOAL_P99_MS:g} ms",
            "reached" if p99 < GOAL_P99_MS else "MISSED",
        ),
    ]
    return _table("Ratios, each within its round", ("", "median", "range", "goal", ""), lines)


def _past(past: Past) -> str:
    ratios = [within.per_second / without.per_second for without, within in past.pairs]
    change = median(ratios) - 1
    head = ("", "charges/s", "p50 ms", "p99 ms", "server µs", "database µs", "tool µs", "WAL bytes", "failed")
    lines = [_line([pair[0] for pair in past.pairs]), _line([pair[1] for pair in past.pairs])]
    judged = "reached" if abs(change) <= GOAL_PAST or change > 0 else "MISSED"
    slow = [each.name for each in past.lists if each.p99_ms >= GOAL_LIST_P99_MS]
    parts = [
        _table(f"With {past.charges:,} charges in the database", head, lines),
        f"Change of charges/s: {change:+.0%} (goal: within {GOAL_PAST:.0%}; {judged})",
        _table(
            f"Lists and searches there, {len(past.lists)} kinds",
            ("", "calls/s", "p50 ms", "p99 ms", "server µs", "database µs", "failed", "for example"),
            [
                (
                    each.name,
                    f"{each.per_second:,.0f}",
                    f"{each.p50_ms:.1f}",
                    f"{each.p99_ms:.1f}",
                    f"{each.server_us:,.0f}",
                    f"{each.postgres_us:,.0f}",
                    f"{each.failed} {each.first_refusal[:40]}".strip(),
                    each.example[:80],
                )
                for each in past.lists
            ],
        ),
        f"p99 of every list below {GOAL_LIST_P99_MS:g} ms: " + (f"MISSED by {', '.join(slow)}" if slow else "reached"),
    ]
    if past.ledger_problems:
        parts.append("The ledger of that database does NOT balance:\n" + "\n".join(past.ledger_problems))
    return "\n\n".join(parts)


def _table(title: str, head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Columns as wide as they must be; the first to the left, the others to the right unless the heading says less."""
    rows = [tuple(head), *map(tuple, lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    left = {0, len(head) - 1}
    shown = [
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([title, *(f"  {line}" for line in shown)])
