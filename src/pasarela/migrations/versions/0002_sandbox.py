"""A sandbox's notes about itself: whether its demo data are complete."""

from __future__ import annotations

from pasarela.migrations.plain_sql import run_script

revision = "0002_sandbox"
down_revision = "0001_foundation"


def upgrade() -> None:
    run_script("0002_sandbox")
