"""The rules about imports that import-linter cannot say: functions from grimp's graph to what breaks them."""

import re
from collections.abc import Iterator

from grimp import ImportGraph

_REPOSITORY = re.compile(r"pasarela\.core\.(\w+)\.repository")


def repositories_are_private(graph: ImportGraph) -> Iterator[str]:
    """Every direct importer of `core.<slice>.repository` lives in that slice or is `entry.wiring`."""
    for module in sorted(graph.modules):
        if repository := _REPOSITORY.match(module):
            home = f"pasarela.core.{repository[1]}."
            for importer in sorted(graph.find_modules_that_directly_import(module)):
                if not f"{importer}.".startswith((home, "pasarela.entry.wiring.")):
                    yield f"{importer} imports {module}"
