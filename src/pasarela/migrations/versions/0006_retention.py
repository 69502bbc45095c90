"""What finding the old messages needs, so that they can be removed a few at a time."""

from __future__ import annotations

from pasarela.migrations.plain_sql import run_script

revision = "0006_retention"
down_revision = "0005_card_extras"


def upgrade() -> None:
    run_script("0006_infra")
