-- Removes a subscription that never began. $1 tenant, $2 subscription
DELETE FROM subscriptions WHERE tenant_id = $1 AND subscription_id = $2 AND status = 'starting'
