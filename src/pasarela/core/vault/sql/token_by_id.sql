-- A token, used or expired ones too. $1 tenant, $2 token
SELECT * FROM vault_token_profiles WHERE tenant_id = $1 AND token_id = $2
