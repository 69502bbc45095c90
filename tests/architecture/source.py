"""A source file as the tidy checks see it: its place, its text, its tree, its comments.

Reads files and parses them; knows no rule. A check gets a `Source` and yields `Problem`s, so that each check
can be tried on a few lines of text as well as on the real tree.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Problem:
    """One place that breaks a rule. `line` counts from 1; 0 stands for the whole file."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file. `path` is relative to the project, with forward slashes."""

    path: str
    text: str
    tree: ast.Module
    comments: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, path: str, text: str) -> "Source":
        """Parses `text`; raises SyntaxError as the compiler would."""
        return cls(path, text, ast.parse(text, filename=path), dict(_comments(text)))

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def module(self) -> str:
        """The dotted name: `src/pasarela/kernel/money.py` is `pasarela.kernel.money`."""
        parts = PurePosixPath(self.path.removeprefix("src/")).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def within(self, *folders: str) -> bool:
        """Whether the file is one of these files or lies in one of these folders."""
        return any(self.path == folder or self.path.startswith(f"{folder}/") for folder in folders)

    def problem(self, node: ast.AST | int, message: str) -> Problem:
        line = node if isinstance(node, int) else getattr(node, "lineno", 0)
        return Problem(self.path, line, message)

    def strings(self) -> Iterator[tuple[ast.AST, str]]:
        """Every string literal that is not a docstring; of an f-string, its text up to the first value."""
        passed = {id(node) for node in _docstrings(self.tree)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                passed |= {id(part) for part in node.values}
                first = node.values[0] if node.values else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield node, first.value
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
                yield node, node.value


def python_sources(*folders: str) -> Iterator[Source]:
    """Every Python file of these folders that parses; ruff and mypy name those that do not."""
    for path in files(*folders):
        if path.suffix != ".py":
            continue
        try:
            yield Source.of(relative(path), path.read_text(encoding="utf-8"))
        except SyntaxError:
            continue


def files(*folders: str) -> Iterator[Path]:
    """Every file of these folders, without caches, build products and what is hidden; sorted."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            inside = path.relative_to(ROOT).parts
            if path.is_file() and not any(_is_by_product(part) for part in inside):
                yield path


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _is_by_product(part: str) -> bool:
    return part.startswith(".") or part == "__pycache__" or part.endswith(".egg-info")


def _comments(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value
