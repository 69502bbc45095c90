-- The first instant, up to $1, at which work of the kinds $3 stands, and whether it is leased at $2 (real now);
-- leased work only when $4. Tenants $5 run ahead of the platform by $6, nothing of theirs is due after $7.
-- Only tenant $8's, when given.
SELECT
    work.due_at - coalesce(own.ahead, '0') AS instant,
    work.leased_until IS NOT NULL AND work.leased_until > $2 AS leased
FROM due_work AS work
LEFT JOIN unnest($5::bigint[], $6::interval[]) AS own (tenant_id, ahead) ON own.tenant_id = work.tenant_id
WHERE work.parked_at IS NULL AND work.due_at <= $7 AND work.kind = ANY ($3::text[])
  AND work.due_at - coalesce(own.ahead, '0') <= $1
  AND ($8::bigint IS NULL OR work.tenant_id = $8)
  AND ($4 OR work.leased_until IS NULL OR work.leased_until <= $2)
ORDER BY instant, leased DESC
LIMIT 1
