-- Events, newest first. $1 tenant, $2 type, $3 subject, $4 before, $5 at most.
SELECT e.event_id, e.type, e.subject, e.occurred_at, e.data, t.account
FROM outbox_events e
LEFT JOIN tenants t ON t.tenant_id = e.tenant_id
WHERE ($1::bigint IS NULL OR e.tenant_id = $1)
  AND ($2::text IS NULL OR e.type = $2)
  AND ($3::text IS NULL OR e.subject = $3)
  AND ($4::timestamptz IS NULL OR e.occurred_at < $4)
ORDER BY e.occurred_at DESC, e.event_id DESC
LIMIT $5
