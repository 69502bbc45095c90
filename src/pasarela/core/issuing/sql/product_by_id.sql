-- Whether tenant $1 has product $2.
SELECT product_id FROM issuing_products WHERE tenant_id = $1 AND product_id = $2
