"""What a card charge can carry more: points, instalments with their price, another currency, a review."""

from __future__ import annotations

from pasarela.migrations.plain_sql import run_script

revision = "0005_card_extras"
down_revision = "0004_hosted_pages"


def upgrade() -> None:
    for name in ("rates", "tariffs", "payments"):
        run_script(f"0005_{name}")
