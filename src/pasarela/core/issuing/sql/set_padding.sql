-- Changes how values are encrypted with API key $2 of tenant $1.
UPDATE issuing_keys SET padding = $3 WHERE tenant_id = $1 AND key_id = $2 RETURNING *
