"""The catalogues: complete in every language, with the same places for values, and all of it used."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from pasarela.kernel.decline import Decline
from pasarela.kernel.money import Currency, Money
from pasarela.web.checkout import formats
from pasarela.web.checkout.texts import CATALOGUES, DEFAULT, texts_for


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", [language for language in CATALOGUES if language != DEFAULT])
def test_every_language_says_everything(language: str) -> None:
    spanish, other = CATALOGUES[DEFAULT].all, CATALOGUES[language].all
    assert list(other) == list(spanish)
    assert {name: places(text) for name, text in other.items()} == {
        name: places(text) for name, text in spanish.items()
    }
    assert all(text.strip() == text and text for text in other.values())


def test_every_text_is_used_and_every_text_used_is_there() -> None:
    web = files("pasarela.web")
    sources = [
        file.read_text(encoding="utf-8")
        for folder in (
            web / "checkout",
            web / "checkout" / "templates",
            web / "letters",
            web / "letters" / "templates",
        )
        for file in folder.iterdir()
        if file.name.endswith((".py", ".html", ".txt"))
    ]
    words = set(re.findall(r"[a-z][a-z0-9_]+", "\n".join(sources)))
    # Names that are put together, or that dialects say.
    made = re.compile(
        r"declined_|month_\d|errors_|tries_|points_|fixed_points_|.*_(title|text)$|choose_|clabe|agreement"
    )
    names = set(CATALOGUES[DEFAULT].all)
    assert {name for name in names - words if not made.match(name)} == set()
    called = set(re.findall(r"""\bt\("([a-z0-9_]+)\"""", "\n".join(sources)))
    assert called <= names


def test_no_decline_is_without_a_text_or_with_one_that_nobody_can_meet() -> None:
    told = {name.removeprefix("declined_") for name in CATALOGUES[DEFAULT].all if name.startswith("declined_")}
    assert told - {"title", "final_text"} <= {decline.value for decline in Decline}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "es"),
        ("", "es"),
        ("en", "en"),
        ("en-GB,en;q=0.9,es;q=0.8", "en"),
        ("fr-FR,es;q=0.5,en;q=0.4", "es"),
        ("de,fr", "es"),
        ("es;q=0.1,en;q=0.2", "en"),
        ("EN-us;q=1.0", "en"),
        ("en;q=0,es;q=0", "es"),
        ("en;q=abc", "es"),
        ("*", "es"),
        ("," * 5000 + "en", "es"),
    ],
)
def test_a_page_is_in_the_language_that_its_browser_likes_best(header: str | None, language: str) -> None:
    assert texts_for(header).language == language


def test_amounts_and_instants_are_written_for_people() -> None:
    money = Money(100_000_001, Currency.MXN)
    assert (formats.amount(money), formats.part(money, 3)) == ("$1,000,000.01 MXN", "$333,333.34 MXN")
    at = datetime(2026, 11, 21, 3, 5, tzinfo=UTC)
    assert formats.instant(at, CATALOGUES["es"]) == "20 de noviembre de 2026, 21:05"
    assert formats.instant(at, CATALOGUES["en"]) == "20 November 2026, 21:05"
