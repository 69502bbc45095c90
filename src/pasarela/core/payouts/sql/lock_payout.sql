-- Payout $2 of tenant $1, which nobody else changes until the transaction ends.
SELECT * FROM payouts WHERE tenant_id = $1 AND payout_id = $2 FOR NO KEY UPDATE
