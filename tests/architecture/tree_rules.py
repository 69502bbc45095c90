"""The rules that need no parsing: what files and folders are called, what their text must not say."""

import re
from collections.abc import Iterable, Iterator

from tests.architecture.source import Problem

# Each says that something has no place of its own; the business has a word for it.
VAGUE_NAMES = frozenset({"util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services"})

_UNFINISHED = re.compile(r"\b(?:TODO|FIXME)\b")


def names_say_what_is_inside(paths: Iterable[str]) -> Iterator[Problem]:
    """Holds each part of each path against `VAGUE_NAMES`: `utils.py`, `card_utils.py`, `helpers/x.py`."""
    for path in paths:
        for part in path.split("/"):
            stem = part.partition(".")[0].lower()
            if stem.rpartition("_")[2] in VAGUE_NAMES:
                yield Problem(path, 0, f"is called {part!r}; name it after the business")


def nothing_is_unfinished(path: str, text: str) -> Iterator[Problem]:
    """Whole words in capitals: "todo" is Spanish for "all"."""
    for number, line in enumerate(text.splitlines(), start=1):
        if word := _UNFINISHED.search(line):
            yield Problem(path, number, f"{word[0]}: do it now, or file an issue")
