-- Ends token $2 of tenant $1, which would have worked until $3.
INSERT INTO issuing_revoked_tokens (tenant_id, token_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
