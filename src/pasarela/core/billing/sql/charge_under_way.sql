-- Whether a subscription is being charged just now. $1 tenant, $2 subscription
SELECT EXISTS (SELECT FROM subscription_charges WHERE tenant_id = $1 AND subscription_id = $2 AND state = 'sent')
