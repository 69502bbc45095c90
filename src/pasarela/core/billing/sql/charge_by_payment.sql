-- A subscription's charge. $1 tenant, $2 subscription, $3 payment
SELECT * FROM subscription_charges WHERE tenant_id = $1 AND subscription_id = $2 AND payment_id = $3
