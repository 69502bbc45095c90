-- Fee $2 of tenant $1, which nobody else changes until the transaction ends.
SELECT * FROM fees WHERE tenant_id = $1 AND fee_id = $2 FOR NO KEY UPDATE
