"""Card issuing: programs with their clients and keys, cardholders, cards and what moves on them."""

from __future__ import annotations

from pasarela.migrations.plain_sql import run_script, run_text

revision = "0007_issuing"
down_revision = "0006_retention"


def upgrade() -> None:
    run_script("0007_issuing")
    run_text("SELECT pasarela_fence_tenants();")
