-- Moves (locked) payout $2 of tenant $1 on: $3 status, $4 operation date, $5 SPEI's number or null for the one it has,
-- $6 why it failed, $7 when.
UPDATE payouts
SET status = $3, operation_date = $4, network_id = coalesce($5, network_id), failure = $6, operated_at = $7
WHERE tenant_id = $1 AND payout_id = $2
