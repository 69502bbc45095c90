"""The rules of style that ruff and mypy do not know, each a function from a `Source` to its `Problem`s.

`CHECKS` names them all with the folders that they hold for. A rule that needs the import graph is in
`import_rules.py`; one about files that are not Python is in `tree_rules.py`.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.architecture.source import Problem, Source

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60

Check = Callable[[Source], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check and where it holds."""

    check: Check
    folders: tuple[str, ...]


def module_is_short(source: Source) -> Iterator[Problem]:
    length = len(source.lines)
    if length > MODULE_LINES_MAX:
        yield source.problem(0, f"has {length} lines; {MODULE_LINES_MAX} is the most")


def functions_are_short(source: Source) -> Iterator[Problem]:
    for function in _functions(source.tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > FUNCTION_LINES_MAX:
            yield source.problem(function, f"{function.name} has {length} lines; {FUNCTION_LINES_MAX} is the most")


def module_has_docstring(source: Source) -> Iterator[Problem]:
    if not (ast.get_docstring(source.tree) or "").strip():
        yield source.problem(1, "begins without a docstring that says what the module is responsible for")


def nothing_prints(source: Source) -> Iterator[Problem]:
    for call in _calls(source.tree):
        if isinstance(call.func, ast.Name) and call.func.id in {"print", "pprint"}:
            yield source.problem(call, "prints; the command line writes through its one writer module")


def datetimes_are_aware(source: Source) -> Iterator[Problem]:
    for call in _calls(source.tree):
        match call.func:
            case ast.Attribute(attr=method, value=owner) if _last_name(owner) in {"datetime", "date"}:
                if method in {"utcnow", "utcfromtimestamp", "today"}:
                    yield source.problem(call, f"{method}() gives a naive time")
                elif _is_naive(method, call):
                    yield source.problem(call, f"{method}() without a time zone gives a naive time")


def blind_excepts_have_reasons(source: Source) -> Iterator[Problem]:
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        if node.type is None:
            yield source.problem(node, "bare except")
        elif _is_blind(node.type):
            next_line = node.lineno + 1
            alone = source.lines[next_line - 1].lstrip().startswith("#") if next_line <= len(source.lines) else False
            comments = (
                source.comments.get(node.lineno, ""),
                source.comments.get(next_line, "") if alone else "",
            )
            if not any(_reason(comment) for comment in comments):
                yield source.problem(node, "catches every exception without a comment that says why")


def imports_are_at_the_top(source: Source) -> Iterator[Problem]:
    inside = (node for function in _functions(source.tree) for node in ast.walk(function))
    for node in {node for node in inside if isinstance(node, ast.Import | ast.ImportFrom)}:
        yield source.problem(node, "import inside a function")
    for call in _calls(source.tree):
        if _last_name(call.func) in {"__import__", "import_module"}:
            yield source.problem(call, "an import that import-linter cannot see")


def suppressions_have_reasons(source: Source) -> Iterator[Problem]:
    for line, comment in source.comments.items():
        if _SUPPRESSION.search(comment) and not _reason(comment):
            yield source.problem(line, f"no reason after {comment!r}")


def money_has_no_float(source: Source) -> Iterator[Problem]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield source.problem(node, f"float literal {node.value!r} near money")
        elif isinstance(node, ast.Call) and _last_name(node.func) == "float":
            yield source.problem(node, "float() near money")


def sql_is_in_sql_files(source: Source) -> Iterator[Problem]:
    if source.within(*_SQL_FOLDERS) or source.path.startswith(_SQL_MODULES):
        return
    for node, text in source.strings():
        if _SQL.match(text):
            yield source.problem(node, "SQL in a string; it belongs into the package's sql/ folder")


def kernel_is_pure(source: Source) -> Iterator[Problem]:
    for node in ast.walk(source.tree):
        for name in _imported(node):
            top = name.partition(".")[0]
            ours = name == "pasarela.kernel" or name.startswith("pasarela.kernel.")
            if not ours and top not in sys.stdlib_module_names | {"stdnum"}:
                yield source.problem(node, f"the kernel imports {name}: only the standard library and stdnum may be")


def slice_reads_only_its_own_sql(source: Source) -> Iterator[Problem]:
    for node, text in source.strings():
        if (named := _SLICE_FOLDER.match(text)) is None:
            continue
        slice_ = f"pasarela.core.{named['dotted'] or named['path']}"
        if source.module != slice_ and not source.module.startswith(f"{slice_}."):
            yield source.problem(node, f"names the folder of {slice_}; only that slice reads its sql/")


CHECKS = (
    Rule(module_is_short, ("src", "tests", "bench")),
    Rule(functions_are_short, ("src", "tests", "bench")),
    Rule(module_has_docstring, ("src",)),
    Rule(nothing_prints, ("src",)),
    Rule(datetimes_are_aware, ("src", "tests")),
    Rule(blind_excepts_have_reasons, ("src", "tests")),
    Rule(imports_are_at_the_top, ("src",)),
    Rule(suppressions_have_reasons, ("src", "tests", "bench")),
    Rule(
        money_has_no_float,
        ("src/pasarela/kernel/money.py", "src/pasarela/core/ledger", "src/pasarela/core/payments"),
    ),
    Rule(sql_is_in_sql_files, ("src",)),
    Rule(kernel_is_pure, ("src/pasarela/kernel",)),
    Rule(slice_reads_only_its_own_sql, ("src",)),
)

_SQL_FOLDERS = ("src/pasarela/migrations",)
# infra/database.py and infra/embedded.py, or folders of these names: they set roles and tenants.
_SQL_MODULES = ("src/pasarela/infra/database", "src/pasarela/infra/embedded")
# Upper-case words as our SQL has them, or the unmistakable beginning of a statement in any case; not the
# "DELETE /path" of a route or the "Update the card" of a message.
_SQL = re.compile(
    r"""\s*(?: (?:SELECT|INSERT|UPDATE|DELETE|WITH)\s+[\w"*($]
            | (?i: select\b.*\bfrom\b | insert\s+into\s | update\s+\S+\s+set\s | delete\s+from\s
                 | with\s+\w+\s+as\s*\( ) )""",
    re.VERBOSE | re.DOTALL,
)
_SLICE_FOLDER = re.compile(r"pasarela\.core\.(?P<dotted>\w+)|(?:.*/)?core/(?P<path>\w+)/sql\b")
_SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore|mypy:|ruff:|fmt:|pragma:|nosec|pylint:)", re.IGNORECASE)
_DIRECTIVE = re.compile(
    r"""(?:ruff:\s*)?noqa(?::\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)? | type:\s*ignore(?:\[[^\]]*\])?
        | (?:mypy|pylint):\s*[\w=-]+ | fmt:\s*\w+ | pragma:\s*no\s*cover | nosec\b""",
    re.VERBOSE | re.IGNORECASE,
)
_REASON_WORDS_MIN = 2


def _reason(comment: str) -> bool:
    """Whether words remain when the directives to tools are taken out."""
    return len(re.findall(r"[^\W\d_]{2,}", _DIRECTIVE.sub("", comment))) >= _REASON_WORDS_MIN


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _imported(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=str(module)):
            yield module
        case _:
            return


def _last_name(node: ast.expr) -> str:
    """`datetime` of both `datetime` and `dt.datetime`; empty for what is no name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _is_naive(method: str, call: ast.Call) -> bool:
    given = len(call.args) + len(call.keywords)
    return (method == "now" and given == 0) or (method == "fromtimestamp" and given == 1)


def _is_blind(caught: ast.expr) -> bool:
    each = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(_last_name(one) in {"Exception", "BaseException"} for one in each)
