-- Subscriptions of customer $2 of tenant $1 that are not cancelled, newest first. $3 created at or after, $4 created
-- before, $5 rows to skip, $6 rows to return
SELECT * FROM subscriptions
WHERE tenant_id = $1 AND customer_id = $2 AND cancelled_at IS NULL AND status <> 'starting'
    AND ($3::timestamptz IS NULL OR created_at >= $3)
    AND ($4::timestamptz IS NULL OR created_at < $4)
ORDER BY created_at DESC, subscription_id DESC
OFFSET $5 LIMIT $6
