-- Records a fee; answers nothing when its id is there already. $1 tenant, $2 id, $3 customer, $4 currency, $5 amount,
-- $6 order id, $7 description, $8 when.
INSERT INTO fees (tenant_id, fee_id, customer_id, currency, amount, order_id, description, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant_id, fee_id) DO NOTHING
RETURNING *
