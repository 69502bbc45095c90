"""What stands above a form when something has to be said before it."""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.web.checkout.texts import Texts


@dataclass(frozen=True, slots=True)
class Alert:
    """A title and what follows it, in the page's language."""

    title: str
    lines: tuple[str, ...]


def alert(texts: Texts, title: str, *lines: str) -> Alert:
    """By the names of the texts."""
    return Alert(texts(title), tuple(texts(line) for line in lines))
