-- Bank accounts of owner $2 (empty: the merchant) of tenant $1, newest first. $3 created at or after, $4 created before
-- (or null), $5 rows to skip, $6 rows to return.
SELECT * FROM bank_accounts
WHERE tenant_id = $1 AND owner = $2 AND deleted_at IS NULL
    AND ($3::timestamptz IS NULL OR created_at >= $3) AND ($4::timestamptz IS NULL OR created_at < $4)
ORDER BY created_at DESC, bank_account_id DESC
OFFSET $5 LIMIT $6
