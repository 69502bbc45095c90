-- Ends API key $2 of tenant $1 at $3, once.
UPDATE issuing_keys SET revoked_at = coalesce(revoked_at, $3) WHERE tenant_id = $1 AND key_id = $2 RETURNING *
