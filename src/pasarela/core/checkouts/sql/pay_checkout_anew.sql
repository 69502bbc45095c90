-- Gives a checkout another payment, unless that has happened. $1 tenant, $2 checkout, $3 the payment so far, $4 the next
UPDATE checkouts SET payment_id = $4 WHERE tenant_id = $1 AND checkout_id = $2 AND payment_id = $3
RETURNING *
