"""BBVA is Openpay's dialect with another value: no class and no block of lines stands in both folders, or in BBVA's."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import ROOT

OPENPAY, BBVA = (ROOT / "src" / "pasarela" / "facades" / name for name in ("openpay", "bbva"))
BLOCK_LINES = 4


def test_bbva_defines_no_class_and_no_handler() -> None:
    trees = [ast.parse(path.read_text()) for path in BBVA.rglob("*.py")]
    defined = [node for tree in trees for node in ast.walk(tree)]

    assert [node.name for node in defined if isinstance(node, ast.ClassDef)] == []
    assert [node.name for node in defined if isinstance(node, ast.AsyncFunctionDef)] == []


def test_no_block_is_in_both_folders() -> None:
    theirs = {block for path in OPENPAY.rglob("*.py") for block in blocks(path.read_text())}
    ours = {block for path in BBVA.rglob("*.py") for block in blocks(path.read_text())}

    assert ours & theirs == set()
    assert len(ours) > 10


def blocks(text: str) -> Iterator[tuple[str, ...]]:
    """Every run of so many lines that say something, whatever their indentation; imports are no code."""
    lines = [line.strip() for line in text.splitlines()]
    said = [line for line in lines if len(line) > 3 and not line.startswith(("import ", "from ", "#"))]
    return zip(*(said[start:] for start in range(BLOCK_LINES)), strict=False)
