-- All keys of a tenant, revoked ones too, newest first. $1 tenant
SELECT key_id, kind, hint, created_at, revoked_at FROM api_keys
WHERE tenant_id = $1
ORDER BY created_at DESC, key_id DESC
