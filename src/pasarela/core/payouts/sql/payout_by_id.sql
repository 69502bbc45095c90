-- Payout $2 of tenant $1.
SELECT * FROM payouts WHERE tenant_id = $1 AND payout_id = $2
