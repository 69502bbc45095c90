-- Records a payout; answers nothing when its id is there already. $1 tenant, $2 id, $3 kind, $4 customer or null,
-- $5 status, $6 currency, $7 amount, $8 account that pays, $9 order id, $10 description, $11 destination, $12 card's
-- fingerprint, $13 tracking key, $14 tracking key of the deposit that it returns, $15 when its batch leaves, $16 when.
INSERT INTO payouts
    (tenant_id, payout_id, kind, customer_id, status, currency, amount, source_account, order_id, description,
     destination, fingerprint, tracking_key, returns, batch_at, created_at, operated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, $13, $14, $15, $16, $16)
ON CONFLICT (tenant_id, payout_id) DO NOTHING
RETURNING *
