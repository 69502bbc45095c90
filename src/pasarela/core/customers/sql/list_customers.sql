-- A tenant's customers that are not deleted, newest first. $1 tenant, $2 external id or null, $3 created at or after,
-- $4 created before (or null), $5 rows to skip, $6 rows to return
SELECT * FROM customers
WHERE tenant_id = $1 AND deleted_at IS NULL
    AND ($2::text IS NULL OR external_id = $2)
    AND ($3::timestamptz IS NULL OR created_at >= $3) AND ($4::timestamptz IS NULL OR created_at < $4)
ORDER BY created_at DESC, customer_id DESC
OFFSET $5 LIMIT $6
