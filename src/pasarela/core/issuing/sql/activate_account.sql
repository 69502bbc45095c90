-- Account $2 of tenant $1 is in use since $3, unless it was before.
UPDATE issuing_accounts SET activated_at = $3 WHERE tenant_id = $1 AND account_id = $2 AND activated_at IS NULL
