-- A customer by id, a deleted one too. $1 tenant, $2 customer
SELECT * FROM customers WHERE tenant_id = $1 AND customer_id = $2
