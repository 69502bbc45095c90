-- Registers a bank account: $1 tenant, $2 id, $3 customer or null, $4 CLABE, $5 holder, $6 alias, $7 when. Answers
-- nothing when the id, or the owner's CLABE, is there already.
INSERT INTO bank_accounts (tenant_id, bank_account_id, customer_id, clabe, holder_name, alias, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING
RETURNING *
