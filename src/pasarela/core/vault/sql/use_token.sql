-- Uses a token up that is locked and known to be unused. $1 tenant, $2 token, $3 card made from it, $4 instant
UPDATE vault_tokens SET used_at = $4, used_by = $3 WHERE tenant_id = $1 AND token_id = $2
