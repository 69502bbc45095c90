-- Cancels all subscriptions of a customer and answers their ids. $1 tenant, $2 customer, $3 instant
UPDATE subscriptions SET status = 'cancelled', cancelled_at = $3
WHERE tenant_id = $1 AND customer_id = $2 AND cancelled_at IS NULL
RETURNING subscription_id
