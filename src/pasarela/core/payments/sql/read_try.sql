-- A try of a payment. $1 tenant, $2 payment, $3 try
SELECT number, status, decline, response_code FROM payment_tries
WHERE tenant_id = $1 AND payment_id = $2 AND try_id = $3
