-- Gives (locked) fee $2 of tenant $1 back: $3 refund's id, $4 description, $5 when.
UPDATE fees SET refund_id = $3, refund_description = $4, refunded_at = $5
WHERE tenant_id = $1 AND fee_id = $2
RETURNING *
