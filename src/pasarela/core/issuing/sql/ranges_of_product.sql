-- The ranges of product $2 of tenant $1, in the order of their making.
SELECT prefix FROM issuing_ranges WHERE tenant_id = $1 AND product_id = $2 ORDER BY created_at, prefix
