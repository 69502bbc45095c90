-- Notes that a charge is paid; one that is not there (any more) is left at that. $1 tenant, $2 subscription, $3 payment
UPDATE subscription_charges SET state = 'paid' WHERE tenant_id = $1 AND subscription_id = $2 AND payment_id = $3
