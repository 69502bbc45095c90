-- As claim_due, where tenants $6 run ahead of the platform by $7 and nothing of theirs is due after $8 at most.
-- Only tenant $9's, when given; also while the clock is moved, when $10. `instant` is due_at in platform time.
WITH ready AS MATERIALIZED (
    SELECT work.tenant_id, work.kind, work.subject, work.due_at - coalesce(own.ahead, '0') AS instant
    FROM due_work AS work
    LEFT JOIN unnest($6::bigint[], $7::interval[]) AS own (tenant_id, ahead) ON own.tenant_id = work.tenant_id
    WHERE work.parked_at IS NULL AND work.due_at <= $8 AND work.kind = ANY ($3::text[])
      AND work.due_at - coalesce(own.ahead, '0') <= $1
      AND ($9::bigint IS NULL OR work.tenant_id = $9)
      AND (work.leased_until IS NULL OR work.leased_until <= $2)
      AND ($10 OR NOT EXISTS (SELECT FROM platform_clock WHERE tenant_id = 0 AND moving_until > $2))
    ORDER BY instant, work.tenant_id, work.kind, work.subject
    LIMIT $4
    FOR UPDATE OF work SKIP LOCKED
)
UPDATE due_work AS work
SET leased_until = $5
FROM ready
WHERE (work.tenant_id, work.kind, work.subject) = (ready.tenant_id, ready.kind, ready.subject)
RETURNING work.tenant_id, work.kind, work.subject, work.due_at, work.attempt, work.data, work.leased_until,
    ready.instant
