-- Registers public key $3 with API key $2 of tenant $1.
UPDATE issuing_keys SET public_key = $3 WHERE tenant_id = $1 AND key_id = $2 RETURNING *
