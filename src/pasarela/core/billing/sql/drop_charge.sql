-- Removes a charge that was refused; answers its payment unless it was removed or paid before. $1 tenant,
-- $2 subscription, $3 payment
DELETE FROM subscription_charges
WHERE tenant_id = $1 AND subscription_id = $2 AND payment_id = $3 AND state = 'sent'
RETURNING payment_id
