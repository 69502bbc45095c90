-- Records a transfer; answers nothing when its id is there already. $1 tenant, $2 id, $3 payer, $4 payee, $5 currency,
-- $6 amount, $7 order id, $8 description, $9 when.
INSERT INTO transfers
    (tenant_id, transfer_id, payer_id, payee_id, currency, amount, order_id, description, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (tenant_id, transfer_id) DO NOTHING
RETURNING *
