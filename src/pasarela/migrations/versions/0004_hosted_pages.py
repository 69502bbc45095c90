"""What the hosted pages, 3-D Secure and their messages need."""

from __future__ import annotations

from pasarela.migrations.plain_sql import run_script, run_text

revision = "0004_hosted_pages"
down_revision = "0003_openpay"

SLICES = ("messages", "checkouts", "three_ds")


def upgrade() -> None:
    for name in SLICES:
        run_script(f"0004_{name}")
    run_text("SELECT pasarela_fence_tenants();\n")
