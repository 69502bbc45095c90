-- A key of a tenant; answers its id, or nothing when the tenant has this very key.
-- $1 tenant, $2 key id, $3 digest, $4 kind, $5 hint, $6 created at
INSERT INTO api_keys (tenant_id, key_id, digest, kind, hint, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant_id, digest) DO NOTHING
RETURNING key_id
