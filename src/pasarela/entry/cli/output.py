"""The only writer of the command line: results to standard output, failures to standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO


def line(text: str = "") -> None:
    """One line of result, flushed at once so that a waiting script sees it."""
    _write(sys.stdout, text)


def failure(text: str) -> None:
    """The one line that says what went wrong."""
    _write(sys.stderr, f"pasarela: {' '.join(text.split())}")


def as_json(value: object) -> None:
    """The result for programs."""
    line(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def table(rows: Sequence[Mapping[str, object]], columns: Mapping[str, str], empty: str) -> None:
    """Rows for people: `columns` maps keys to headings; `empty` is said instead of an empty table."""
    if not rows:
        line(empty)
        return
    cells = [list(columns.values())] + [[_cell(row.get(key)) for key in columns] for row in rows]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    for row in cells:
        line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def fields(record: Mapping[str, object]) -> None:
    """One record for people: a name and a value on each line."""
    width = max((len(name) for name in record), default=0)
    for name, value in record.items():
        line(f"{name.ljust(width)}  {_cell(value)}".rstrip())


def _cell(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case list() | tuple() if all(isinstance(each, str) for each in value):
            return ", ".join(value) or "-"
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text + "\n")
        stream.flush()
    except BrokenPipeError:
        # The reader (head, a closed terminal) has had enough: nobody is left to tell, at exit neither.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
