-- An account for cards; answers nothing when its id or reference is taken. $1 tenant, $2 id, $3 client, $4 cardholder, $5
-- reference or nothing, $6 currency, $7 and $8 document, $9 observations, $10 key, $11 when.
INSERT INTO issuing_accounts
    (tenant_id, account_id, client_id, cardholder_id, reference, currency, document_type, document_number,
     observations, opened_by, opened_at)
VALUES ($1, $2, $3, $4, coalesce($5, nextval('issuing_account_references')), $6, $7, $8, $9, $10, $11)
ON CONFLICT DO NOTHING
RETURNING account_id
