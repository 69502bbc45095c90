-- Bank account $3 of owner $2 (empty: the merchant) of tenant $1, if it is not deleted.
SELECT * FROM bank_accounts
WHERE tenant_id = $1 AND owner = $2 AND bank_account_id = $3 AND deleted_at IS NULL
