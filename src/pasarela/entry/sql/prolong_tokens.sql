-- Lets tokens of the demo data live on: $1 tenant, $2 token ids, $3 until when.
UPDATE vault_tokens SET expires_at = $3 WHERE tenant_id = $1 AND token_id = ANY ($2::text[])
