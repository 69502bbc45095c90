-- Deletes bank account $3 of owner $2 (empty: the merchant) of tenant $1 at $4, once.
UPDATE bank_accounts SET deleted_at = $4
WHERE tenant_id = $1 AND owner = $2 AND bank_account_id = $3 AND deleted_at IS NULL
RETURNING bank_account_id
