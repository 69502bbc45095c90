"""The whole schema of the first release.

The plumbing comes last because it grants the operator rights on every table; then all tenants are fenced off.
"""

from __future__ import annotations

from pasarela.migrations.plain_sql import run_script, run_text

revision = "0001_foundation"
down_revision = None

SCRIPTS = (
    "0001_roles",
    "0001_tenants",
    "0001_ledger",
    "0001_vault",
    "0001_risk",
    "0001_payments",
    "0001_infra",
)


def upgrade() -> None:
    for script in SCRIPTS:
        run_script(script)
    run_text("SELECT pasarela_fence_tenants();")
    # The operator reads the schema's revision; only a migration writes it.
    run_text("REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM pasarela_operator;")
