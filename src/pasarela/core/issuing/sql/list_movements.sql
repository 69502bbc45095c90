-- Movements of account $2 of tenant $1 from $3 to before $4, newest first, at most $5.
SELECT * FROM issuing_movements
WHERE tenant_id = $1 AND account_id = $2 AND occurred_at >= $3 AND occurred_at < $4
ORDER BY occurred_at DESC, number DESC
LIMIT $5
