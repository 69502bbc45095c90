-- The key that seals for a tenant. $1 tenant
SELECT key_number, wrapped, master_id FROM data_keys WHERE tenant_id = $1 AND retired_at IS NULL
