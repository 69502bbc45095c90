-- Records a subscription; answers its id, or nothing when that is taken. $1 tenant, $2 subscription, $3 customer,
-- $4 plan, $5 status, $6 card or token, $7 what may be seen of the card, $8 its fingerprint, $9 whether it ends with
-- its period, $10 last day of trial, $11 day of the next charge, $12 periods charged, $13 instant of the next charge,
-- $14 created at
INSERT INTO subscriptions (tenant_id, subscription_id, customer_id, plan_id, status, source_id, card, fingerprint,
                           cancel_at_period_end, trial_end_date, charge_date, period_number, next_charge_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (tenant_id, subscription_id) DO NOTHING
RETURNING subscription_id
