-- Transfer $2 of tenant $1.
SELECT * FROM transfers WHERE tenant_id = $1 AND transfer_id = $2
