-- The settlement plans of tenant $1, the merchant's first, then by customer. $2 rows to skip, $3 rows to return.
SELECT * FROM settlement_plans WHERE tenant_id = $1 ORDER BY owner OFFSET $2 LIMIT $3
