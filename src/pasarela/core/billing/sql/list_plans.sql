-- Plans of tenant $1 that are not deleted, newest first. $2 created at or after, $3 created before, $4 rows to skip,
-- $5 rows to return
SELECT * FROM plans
WHERE tenant_id = $1 AND deleted_at IS NULL
    AND ($2::timestamptz IS NULL OR created_at >= $2)
    AND ($3::timestamptz IS NULL OR created_at < $3)
ORDER BY created_at DESC, plan_id DESC
OFFSET $4 LIMIT $5
