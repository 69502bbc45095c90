-- The same of plan $2
SELECT * FROM subscriptions
WHERE tenant_id = $1 AND plan_id = $2 AND cancelled_at IS NULL AND status <> 'starting'
    AND ($3::timestamptz IS NULL OR created_at >= $3)
    AND ($4::timestamptz IS NULL OR created_at < $4)
ORDER BY created_at DESC, subscription_id DESC
OFFSET $5 LIMIT $6
