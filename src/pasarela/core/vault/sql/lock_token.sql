-- A token, held until the transaction ends. $1 tenant, $2 token
SELECT fingerprint, holder_name, expiry_year, expiry_month, address, expires_at, used_at,
       used_by
FROM vault_tokens WHERE tenant_id = $1 AND token_id = $2 FOR UPDATE
