-- Writes a subscription that is locked. $1 tenant, $2 subscription, $3 status, $4 card or token, $5 what may be seen of
-- the card, $6 its fingerprint, $7 whether it ends with its period, $8 last day of trial, $9 day of the next charge,
-- $10 periods charged, $11 instant of the next charge, $12 cancelled at
UPDATE subscriptions
SET status = $3, source_id = $4, card = $5, fingerprint = $6, cancel_at_period_end = $7, trial_end_date = $8,
    charge_date = $9, period_number = $10, next_charge_at = $11, cancelled_at = $12
WHERE tenant_id = $1 AND subscription_id = $2
