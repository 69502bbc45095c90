-- A tenant's new active key, unless somebody else has just made one.
-- $1 tenant, $2 key number, $3 wrapped key, $4 master key that wraps it, $5 created at
INSERT INTO data_keys (tenant_id, key_number, wrapped, master_id, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
