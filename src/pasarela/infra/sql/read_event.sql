-- The event $2 of tenant $1.
SELECT tenant_id, event_id, type, subject, data, occurred_at
FROM outbox_events
WHERE tenant_id = $1 AND event_id = $2
