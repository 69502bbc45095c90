-- Marks a locked customer as deleted. $1 tenant, $2 customer, $3 instant
UPDATE customers SET deleted_at = $3 WHERE tenant_id = $1 AND customer_id = $2
