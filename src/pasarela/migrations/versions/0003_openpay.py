"""What the whole of Openpay needs: customers, other ways to pay, money out, plans, webhooks, places."""

from __future__ import annotations

from pasarela.migrations.plain_sql import run_script, run_text

revision = "0003_openpay"
down_revision = "0002_sandbox"

SLICES = ("ledger", "customers", "payments", "payouts", "billing", "webhooks", "places", "checkouts")


def upgrade() -> None:
    for name in SLICES:
        run_script(f"0003_{name}")
    run_text("SELECT pasarela_fence_tenants();\n")
