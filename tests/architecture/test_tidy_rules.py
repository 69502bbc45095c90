"""Proves of each rule that it fails on what it forbids, names the line, and passes the honest neighbour."""

import pytest

from tests.architecture import tidy
from tests.architecture.source import Source
from tests.architecture.tidy import CHECKS, Check
from tests.architecture.tree_rules import names_say_what_is_inside, nothing_is_unfinished

CORE = "src/pasarela/core/ledger/post.py"
KERNEL = "src/pasarela/kernel/money.py"

# The forbidden words are put together here so that the tools do not take this file at its word.
IGNORE = "# type: " + "ignore"
NOQA = "# no" + "qa"

BAD: list[tuple[Check, str, str, int]] = [
    (tidy.module_is_short, CORE, "x = 1\n" * 401, 0),
    (tidy.functions_are_short, CORE, "def f():\n" + "    x = 1\n" * 60, 1),
    (tidy.functions_are_short, CORE, "class A:\n    async def f(self):\n" + "        x = 1\n" * 60, 2),
    (tidy.module_has_docstring, CORE, "import os\n", 1),
    (tidy.module_has_docstring, CORE, "", 1),
    (tidy.module_has_docstring, CORE, '"""  """\n', 1),
    (tidy.nothing_prints, CORE, "x = 1\nprint(x)\n", 2),
    (tidy.datetimes_are_aware, CORE, "datetime.now()", 1),
    (tidy.datetimes_are_aware, CORE, "datetime.datetime.now()", 1),
    (tidy.datetimes_are_aware, CORE, "dt.datetime.utcnow()", 1),
    (tidy.datetimes_are_aware, CORE, "datetime.today()", 1),
    (tidy.datetimes_are_aware, CORE, "date.today()", 1),
    (tidy.datetimes_are_aware, CORE, "datetime.utcfromtimestamp(0)", 1),
    (tidy.datetimes_are_aware, CORE, "datetime.fromtimestamp(0)", 1),
    (tidy.blind_excepts_have_reasons, CORE, "try:\n    f()\nexcept:  # what a good reason\n    g()\n", 3),
    (tidy.blind_excepts_have_reasons, CORE, "try:\n    f()\nexcept Exception:\n    g()\n", 3),
    (
        tidy.blind_excepts_have_reasons,
        CORE,
        f"try:\n    f()\nexcept Exception:  {NOQA}: BLE001\n    g()\n",
        3,
    ),
    (
        tidy.blind_excepts_have_reasons,
        CORE,
        "try:\n    f()\nexcept (OSError, BaseException) as e:\n    g()\n",
        3,
    ),
    (
        tidy.blind_excepts_have_reasons,
        CORE,
        "try:\n    f()\nexcept Exception:\n    g()  # calls the other one\n",
        3,
    ),
    (tidy.imports_are_at_the_top, CORE, "def f():\n    import os\n", 2),
    (tidy.imports_are_at_the_top, CORE, "async def f():\n    if x:\n        from os import path\n", 3),
    (tidy.imports_are_at_the_top, CORE, "x = importlib.import_module('os')\n", 1),
    (tidy.suppressions_have_reasons, CORE, f"x = 1  {IGNORE}\n", 1),
    (tidy.suppressions_have_reasons, CORE, f"x = 1  {IGNORE}[arg-type]\n", 1),
    (tidy.suppressions_have_reasons, CORE, f"x = 1  {NOQA}\n", 1),
    (tidy.suppressions_have_reasons, CORE, f"x = 1  {NOQA}: E501, S608\n", 1),
    (tidy.suppressions_have_reasons, CORE, f"x = 1  {NOQA}: E501 - hm\n", 1),
    (tidy.suppressions_have_reasons, CORE, f"x = 1  {IGNORE}[misc]  {NOQA}: E501\n", 1),
    (tidy.suppressions_have_reasons, CORE, "# mypy: ignore-errors\n", 1),
    (tidy.suppressions_have_reasons, CORE, "# fmt: off\n", 1),
    (tidy.suppressions_have_reasons, CORE, "x = 1  # pragma: no cover\n", 1),
    (tidy.money_has_no_float, KERNEL, "x = 0.1\n", 1),
    (tidy.money_has_no_float, KERNEL, "x = -1e3\n", 1),
    (tidy.money_has_no_float, KERNEL, "x = float(y)\n", 1),
    (tidy.sql_is_in_sql_files, CORE, "x = 'SELECT 1'\n", 1),
    (tidy.sql_is_in_sql_files, CORE, "x = '''\n  INSERT INTO t VALUES (1)'''\n", 1),
    (tidy.sql_is_in_sql_files, CORE, "x = 'UPDATE t ' 'SET a = 1'\n", 1),
    (tidy.sql_is_in_sql_files, CORE, "x = f'DELETE FROM {table}'\n", 1),
    (tidy.sql_is_in_sql_files, CORE, "x = 'WITH a AS (...)'\n", 1),
    (tidy.sql_is_in_sql_files, CORE, "x = 'select a\\nfrom b'\n", 1),
    (tidy.sql_is_in_sql_files, "src/pasarela/infra/outbox.py", "x = 'SELECT 1'\n", 1),
    (tidy.kernel_is_pure, KERNEL, "import asyncpg\n", 1),
    (tidy.kernel_is_pure, KERNEL, "from pasarela.infra import settings\n", 1),
    (tidy.kernel_is_pure, KERNEL, "from pasarela import core\n", 1),
    (tidy.slice_reads_only_its_own_sql, CORE, "x = Statements('pasarela.core.payments')\n", 1),
    (tidy.slice_reads_only_its_own_sql, CORE, "x = files('pasarela.core.payments.sql')\n", 1),
    (tidy.slice_reads_only_its_own_sql, CORE, "x = open('src/pasarela/core/payments/sql/insert.sql')\n", 1),
    (
        tidy.slice_reads_only_its_own_sql,
        "src/pasarela/web/home.py",
        "x = Statements('pasarela.core.ledger')",
        1,
    ),
]

GOOD: list[tuple[Check, str, str]] = [
    (tidy.module_is_short, CORE, "x = 1\n" * 400),
    (tidy.functions_are_short, CORE, "@a\n@b\ndef f():\n" + "    x = 1\n" * 59),
    (tidy.module_has_docstring, CORE, '"""What it is for."""\n'),
    (tidy.nothing_prints, CORE, "writer.print(x)\n"),
    (tidy.datetimes_are_aware, CORE, "datetime.now(UTC); clock.now(); datetime.fromtimestamp(0, tz=UTC)"),
    (tidy.blind_excepts_have_reasons, CORE, "try:\n    f()\nexcept OSError:\n    g()\n"),
    (
        tidy.blind_excepts_have_reasons,
        CORE,
        f"try:\n    f()\nexcept Exception:  {NOQA}: BLE001 - one item fails alone\n    g()\n",
    ),
    (
        tidy.blind_excepts_have_reasons,
        CORE,
        "try:\n    f()\nexcept Exception:\n    # The worker outlives every job.\n    g()\n",
    ),
    (tidy.imports_are_at_the_top, CORE, "import os\nif TYPE_CHECKING:\n    import sys\n"),
    (tidy.suppressions_have_reasons, CORE, f"x = 1  {IGNORE}[misc]  # asyncpg-stubs lack this argument\n"),
    (tidy.suppressions_have_reasons, CORE, f"x = 1  {NOQA}: S608, E501 - the table's name is a constant\n"),
    (tidy.suppressions_have_reasons, CORE, "x = 1  # no reason needed here\ny = '# noqa'\n"),
    (tidy.money_has_no_float, KERNEL, "x = Decimal('0.1')\nassert not isinstance(x, float)\n"),
    (tidy.sql_is_in_sql_files, CORE, '"""WITH care."""\ndef f():\n    """SELECT nothing."""\n'),
    (tidy.sql_is_in_sql_files, CORE, "x = ['DELETE', 'DELETE /cards/{id}', 'Update the card', 'Selected']\n"),
    (tidy.sql_is_in_sql_files, "src/pasarela/infra/database.py", "x = 'SELECT 1'\n"),
    (tidy.sql_is_in_sql_files, "src/pasarela/infra/embedded/roles.py", "x = 'SELECT 1'\n"),
    (tidy.sql_is_in_sql_files, "src/pasarela/migrations/versions/0001_a.py", "x = 'SELECT 1'\n"),
    (
        tidy.kernel_is_pure,
        KERNEL,
        "import enum\nfrom stdnum.mx import rfc\nfrom pasarela.kernel import ids\n",
    ),
    (tidy.slice_reads_only_its_own_sql, CORE, "x = Statements('pasarela.core.ledger')\ny = 'pasarela'\n"),
]


@pytest.mark.parametrize(("check", "path", "text", "line"), BAD)
def test_rule_finds(check: Check, path: str, text: str, line: int) -> None:
    problems = list(check(Source.of(path, text)))

    assert [(problem.path, problem.line) for problem in problems] == [(path, line)]


@pytest.mark.parametrize(("check", "path", "text"), GOOD)
def test_rule_passes(check: Check, path: str, text: str) -> None:
    assert list(check(Source.of(path, text))) == []


def test_every_rule_is_tried_both_ways() -> None:
    rules = {rule.check for rule in CHECKS}

    assert {check for check, *_ in BAD} == rules
    assert {check for check, *_ in GOOD} == rules


@pytest.mark.parametrize(
    "path",
    [
        "src/pasarela/core/utils.py",
        "src/pasarela/helpers/cards.py",
        "src/pasarela/core/common/__init__.py",
        "src/pasarela/core/payments/service.py",
        "src/pasarela/infra/connection_manager.py",
        "tests/test_helpers.py",
    ],
)
def test_vague_names_are_found(path: str) -> None:
    assert [problem.path for problem in names_say_what_is_inside([path])] == [path]


def test_telling_names_pass() -> None:
    assert list(names_say_what_is_inside(["src/pasarela/core/commons.py", "src/pasarela/kernel/service_code.py"])) == []


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME"])
def test_unfinished_work_is_found(word: str) -> None:
    assert [p.line for p in nothing_is_unfinished("src/x.sql", f"SELECT 1;\n-- {word}: index\n")] == [2]


def test_spanish_is_not_unfinished_work() -> None:
    assert list(nothing_is_unfinished("src/x.html", "Todo listo; método, todo.")) == []
