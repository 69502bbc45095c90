-- Locks a customer that is not deleted against everybody who holds him open. $1 tenant, $2 customer
SELECT customer_id FROM customers
WHERE tenant_id = $1 AND customer_id = $2 AND deleted_at IS NULL
FOR UPDATE
