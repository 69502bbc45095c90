-- Fees of tenant $1, newest first. $2 created at or after, $3 created before (or null), $4 rows to skip, $5 to return.
SELECT * FROM fees
WHERE tenant_id = $1
    AND ($2::timestamptz IS NULL OR created_at >= $2) AND ($3::timestamptz IS NULL OR created_at < $3)
ORDER BY created_at DESC, fee_id DESC
OFFSET $4 LIMIT $5
