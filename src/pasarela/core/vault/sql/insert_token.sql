-- A new token; answers its id, or nothing when the id is taken. $1 tenant, $2 token, $3 fingerprint, $4 holder, $5 year, $6 month, $7 address, $8 created at,
-- $9 expires at
INSERT INTO vault_tokens (tenant_id, token_id, fingerprint, holder_name, expiry_year, expiry_month, address, created_at,
                          expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (tenant_id, token_id) DO NOTHING
RETURNING token_id
