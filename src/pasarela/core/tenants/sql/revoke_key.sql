-- Ends a key. $1 tenant, $2 key id, $3 instant
UPDATE api_keys SET revoked_at = $3
WHERE tenant_id = $1 AND key_id = $2 AND revoked_at IS NULL
RETURNING key_id
