-- Bank account $2 of tenant $1, whoever owns it, a deleted one too.
SELECT * FROM bank_accounts WHERE tenant_id = $1 AND bank_account_id = $2
