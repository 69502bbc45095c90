-- The next $3 events after ($1 xact, $2 position), only those below which no transaction can commit any more.
SELECT tenant_id, event_id, type, subject, data, occurred_at, xact, position
FROM outbox_events
WHERE (xact, position) > ($1, $2) AND xact < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xact, position
LIMIT $3
