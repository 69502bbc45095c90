-- Begins a payment's next authentication; nothing when somebody else has begun it at the same instant. $1 tenant, $2 id,
-- $3 payment, $4 the number that it gets, $5 try, $6 status, $7 fingerprint, $8 card, $9 source, $10 cvv_key, $11 terms,
-- $12 created_at, $13 expires_at.
INSERT INTO authentications (
    tenant_id, authentication_id, payment_id, number, try_id, status, fingerprint, card, source_id, cvv_key, terms,
    created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (tenant_id, payment_id, number) DO NOTHING
RETURNING *
