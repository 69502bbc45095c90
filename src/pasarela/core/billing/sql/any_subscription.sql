-- A subscription in whatever state. $1 tenant, $2 subscription
SELECT * FROM subscriptions WHERE tenant_id = $1 AND subscription_id = $2
