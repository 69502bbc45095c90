"""This slice's statements. Private to it."""

from __future__ import annotations

from pasarela.infra.database import SqlFiles

SQL = SqlFiles("pasarela.core.risk")
