"""The schema's history: Alembic revisions whose content is plain SQL."""
