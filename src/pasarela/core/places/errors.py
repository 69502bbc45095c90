"""Why a list of stores is refused."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class BadStoreFile(Refusal):
    """The file is not a list of stores."""

    rule = "store_file"

    def __init__(self, line: int, problem: str, *, field: str | None = None) -> None:
        super().__init__(f"line {line}: {problem}", field=field)
        self.line = line
