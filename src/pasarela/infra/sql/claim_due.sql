-- Leases until $5 (real time) the first $4 items of the kinds $3 that are due at $1, $2 being real now.
-- Nothing while somebody moves the clock.
WITH ready AS MATERIALIZED (
    SELECT tenant_id, kind, subject
    FROM due_work
    WHERE parked_at IS NULL AND due_at <= $1 AND kind = ANY ($3::text[])
      AND (leased_until IS NULL OR leased_until <= $2)
      AND NOT EXISTS (SELECT FROM platform_clock WHERE tenant_id = 0 AND moving_until > $2)
    ORDER BY due_at, tenant_id, kind, subject
    LIMIT $4
    FOR UPDATE SKIP LOCKED
)
UPDATE due_work AS work
SET leased_until = $5
FROM ready
WHERE (work.tenant_id, work.kind, work.subject) = (ready.tenant_id, ready.kind, ready.subject)
RETURNING work.tenant_id, work.kind, work.subject, work.due_at, work.attempt, work.data, work.leased_until,
    work.due_at AS instant
