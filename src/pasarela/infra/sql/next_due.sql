-- The first instant, up to $1, at which work of the kinds $2 stands, leased work included, and its lease.
-- Tenants $3 run ahead of the platform by $4, nothing of theirs is due after $5; only tenant $6's, when given.
SELECT work.due_at - coalesce(own.ahead, '0') AS instant, work.leased_until
FROM due_work AS work
LEFT JOIN unnest($3::bigint[], $4::interval[]) AS own (tenant_id, ahead) ON own.tenant_id = work.tenant_id
WHERE work.parked_at IS NULL AND work.due_at <= $5 AND work.kind = ANY ($2::text[])
  AND work.due_at - coalesce(own.ahead, '0') <= $1
  AND ($6::bigint IS NULL OR work.tenant_id = $6)
ORDER BY instant
LIMIT 1
