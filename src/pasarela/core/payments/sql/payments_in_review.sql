-- Payments of tenant $1 that somebody has to look at, oldest first, at most $2.
SELECT * FROM payments
WHERE tenant_id = $1 AND status = 'reviewing'
ORDER BY created_at, payment_id
LIMIT $2
