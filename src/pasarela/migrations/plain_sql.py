"""How a revision says its SQL: scripts of the `sql/` folder, word for word.

Nothing is parsed, quoted or bound on the way, so a script may hold anything that PostgreSQL understands.
"""

from __future__ import annotations

from importlib.resources import files

from alembic import op


def run_script(name: str) -> None:
    """Appends the script `sql/<name>.sql` to the revision."""
    run_text(files("pasarela.migrations").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8"))


def run_text(sql: str) -> None:
    """Appends `sql`, complete with its semicolons, to the revision."""
    op.get_context().impl.static_output(sql)
