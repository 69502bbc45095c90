"""Holds the whole source tree against the rules of `tidy.py` and `tree_rules.py`."""

from collections.abc import Iterable

import pytest

from tests.architecture.source import Problem, files, python_sources, relative
from tests.architecture.tidy import CHECKS, Rule
from tests.architecture.tree_rules import names_say_what_is_inside, nothing_is_unfinished


@pytest.mark.parametrize("rule", CHECKS, ids=lambda rule: rule.check.__name__)
def test_tree_keeps(rule: Rule) -> None:
    folders = {folder.split("/")[0] for folder in rule.folders}
    sources = [source for source in python_sources(*sorted(folders)) if source.within(*rule.folders)]

    assert_none(problem for source in sources for problem in rule.check(source))


def test_names() -> None:
    paths = [relative(path) for path in files("src", "tests")]

    assert_none(names_say_what_is_inside(paths))


def test_nothing_is_unfinished() -> None:
    texts = ((relative(path), path.read_bytes().decode(errors="ignore")) for path in files("src"))

    assert_none(problem for path, text in texts for problem in nothing_is_unfinished(path, text))


def assert_none(problems: Iterable[Problem]) -> None:
    found = [str(problem) for problem in problems]
    assert not found, "\n" + "\n".join(found)
