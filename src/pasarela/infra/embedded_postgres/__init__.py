"""The embedded PostgreSQL: the default database, run by this program below its data folder.

Design: `supervisor` brings up one server per folder; `account` and `layout` keep it unprivileged without
changing any folder that is not ours; `processes` and `file_lock` make sure that there is never a second one.
"""

from __future__ import annotations

from pasarela.infra.embedded_postgres.errors import DataFolderInUse, EmbeddedPostgresUnavailable
from pasarela.infra.embedded_postgres.supervisor import EmbeddedPostgres, Running, find_running
from pasarela.infra.embedded_postgres.waiting import Progress

__all__ = [
    "DataFolderInUse",
    "EmbeddedPostgres",
    "EmbeddedPostgresUnavailable",
    "Progress",
    "Running",
    "find_running",
]
