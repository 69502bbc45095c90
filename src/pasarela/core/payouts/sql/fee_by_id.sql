-- Fee $2 of tenant $1.
SELECT * FROM fees WHERE tenant_id = $1 AND fee_id = $2
