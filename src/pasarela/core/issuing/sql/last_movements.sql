-- The $3 newest approved movements of account $2 of tenant $1, newest first.
SELECT * FROM issuing_movements
WHERE tenant_id = $1 AND account_id = $2 AND response_code = '00'
ORDER BY occurred_at DESC, number DESC
LIMIT $3
