-- The other banks take an order; one that they have already stays as it is and is not answered.
-- $1 tenant, $2 tracking key, $3 amount, $4 currency, $5 last digits of the account, $6 institution, $7 concept, $8 when.
INSERT INTO simulated_spei_orders
    (tenant_id, tracking_key, state, amount, currency, beneficiary, institution, concept, accepted_at)
VALUES ($1, $2, 'accepted', $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant_id, tracking_key) DO NOTHING
RETURNING tracking_key
