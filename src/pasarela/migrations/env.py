"""What Alembic runs to carry revisions out: it renders them to SQL text and never connects.

`infra.migrate` executes that text on its own connection, under its own lock, in its own transaction.
"""

from __future__ import annotations

from alembic import context

assert context.is_offline_mode(), "revisions are rendered as SQL; infra.migrate executes them"
# The transaction is the executor's: it must end with the lock still held.
context.configure(dialect_name="postgresql", transactional_ddl=False)
context.run_migrations()
