"""The words of the pages: one catalogue for each language (`texts/<language>.json`), the same keys in all.

Which language a page is in, the browser's Accept-Language says; Spanish when it names none that we have.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

DEFAULT = "es"
LANGUAGES = ("es", "en")

ACCEPT_LANGUAGE_CHARS_MAX = 200


class Texts:
    """The catalogue of one language. A text that is not there, or a value that it lacks, is a bug: `KeyError`."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = MappingProxyType(dict(texts))

    def __call__(self, name: str, /, **values: object) -> str:
        """The text `name` with `values` in the places of the same names."""
        return self._texts[name].format_map(values)

    def one_or_many(self, name: str, count: int) -> str:
        """`name_one` for one, else `name_many` with its `count`."""
        return self(f"{name}_one") if count == 1 else self(f"{name}_many", count=count)

    @property
    def all(self) -> Mapping[str, str]:
        return self._texts


def _catalogue(language: str) -> Texts:
    text = files(__package__).joinpath("texts", f"{language}.json").read_text(encoding="utf-8")
    return Texts(language, json.loads(text))


CATALOGUES: Mapping[str, Texts] = {language: _catalogue(language) for language in LANGUAGES}


def texts_for(accept_language: str | None) -> Texts:
    """The catalogue that a browser with this Accept-Language header likes best (RFC 9110, 12.5.4)."""
    wishes = [_wish(part) for part in (accept_language or "")[:ACCEPT_LANGUAGE_CHARS_MAX].split(",")]
    known = [(quality, language) for quality, language in wishes if quality > 0 and language in CATALOGUES]
    best = max(known, key=lambda wish: wish[0], default=(0, DEFAULT))
    return CATALOGUES[best[1]]


def _wish(part: str) -> tuple[int, str]:
    """`en-US;q=0.8` as thousandths and a language; 0 for what can't be read."""
    tag, _, parameters = part.strip().partition(";")
    language = tag.strip().partition("-")[0].lower()
    quality = parameters.replace(" ", "").removeprefix("q=") if parameters else "1"
    whole, _, rest = quality.partition(".")
    digits = (rest + "000")[:3]
    if whole not in ("0", "1") or not (digits.isascii() and digits.isdigit()):
        return 0, language
    return min(int(whole) * 1000 + int(digits), 1000), language
