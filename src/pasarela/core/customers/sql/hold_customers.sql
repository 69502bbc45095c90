-- Holds customers open, in the order of their keys so that batches never deadlock; answers those that are not
-- deleted. $1 tenants, $2 customers (parallel arrays)
SELECT tenant_id, customer_id, has_account FROM customers
WHERE (tenant_id, customer_id) IN (SELECT * FROM unnest($1::bigint[], $2::text[])) AND deleted_at IS NULL
ORDER BY tenant_id, customer_id
FOR KEY SHARE
