-- A payment's last authentication. $1 tenant, $2 payment.
SELECT * FROM authentications WHERE tenant_id = $1 AND payment_id = $2 ORDER BY number DESC LIMIT 1
