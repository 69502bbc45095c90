-- The last $1 items that were parked, newest first.
SELECT tenant_id, kind, subject, due_at, attempt, data, parked_at, last_error
FROM due_work
WHERE parked_at IS NOT NULL
ORDER BY parked_at DESC, tenant_id, kind, subject
LIMIT $1
