"""Holds the imports against `.importlinter` and against the rules that import-linter cannot say."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from grimp import ImportGraph

from tests.architecture.import_rules import repositories_are_private
from tests.architecture.source import ROOT

CONFIG = ROOT / ".importlinter"

# A tree in which one import breaks each contract; else a wildcard that matches nothing would go unseen.
BROKEN_TREE = {
    "kernel/money": "import pasarela.core.context",
    "infra/database": "import starlette",
    "infra/settings": "import sqlalchemy",
    "core/context": "",
    "core/tenants/model": "import asyncpg",
    "core/tenants/repository": "import pasarela.core.payments.authorize",
    "core/payments/authorize": "import pasarela.core.payments.capture",
    "core/payments/capture": "import pasarela.core.payments.authorize\nimport pasarela.core.vault.reveal",
    "core/vault/reveal": "",
    "rails/contract": "",
    "rails/registry": "import pasarela.rails.spei.rail",
    "rails/spei/rail": "",
    "facades/toolkit/paging": "import pasarela.core.tenants.repository",
    "facades/openpay/routes": "import pasarela.facades.keycop.routes",
    "facades/keycop/routes": "",
    "facades/bbva/routes": "import pasarela.facades.keycop.routes\nimport pasarela.facades.openpay.routes",
    "entry/wiring": "import pasarela.rails.spei.rail",
}


def test_contracts_are_kept() -> None:
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


def test_every_contract_can_break(tmp_path: Path) -> None:
    for module, text in BROKEN_TREE.items():
        path = tmp_path / "pasarela" / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        for folder in path.relative_to(tmp_path).parents[:-1]:
            (tmp_path / folder / "__init__.py").touch()

    result = lint_imports(tmp_path)

    contracts = CONFIG.read_text().count("[importlinter:contract:")
    assert f"Contracts: 0 kept, {contracts} broken." in result.stdout, result.stdout + result.stderr


def test_repositories_are_private() -> None:
    graph = grimp.build_graph("pasarela", cache_dir=None)

    assert list(repositories_are_private(graph)) == []


@pytest.mark.parametrize(
    "importer",
    ["pasarela.core.payments.capture", "pasarela.core.ledgers", "pasarela.entry.cli", "pasarela.web.home"],
)
def test_foreign_importer_of_a_repository_is_found(importer: str) -> None:
    graph = graph_of(importer)

    assert list(repositories_are_private(graph)) == [f"{importer} imports pasarela.core.ledger.repository"]


@pytest.mark.parametrize("importer", ["pasarela.core.ledger.post", "pasarela.core.ledger", "pasarela.entry.wiring"])
def test_own_importer_of_a_repository_passes(importer: str) -> None:
    assert list(repositories_are_private(graph_of(importer))) == []


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Holds the package `pasarela` that lies in `folder` (or in its src) against our contracts."""
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-logo", "--no-cache", "--config", str(CONFIG)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def graph_of(importer: str) -> ImportGraph:
    graph = ImportGraph()
    graph.add_module("pasarela.core.ledger.repository")
    graph.add_import(importer=importer, imported="pasarela.core.ledger.repository")
    return graph
