-- A checkout by its id, or else by its order id. $1 tenant, $2 id or order id, $3 customer, or null for anybody's
SELECT * FROM checkouts
WHERE tenant_id = $1 AND (checkout_id = $2 OR order_id = $2) AND ($3::text IS NULL OR customer_id = $3)
ORDER BY checkout_id = $2 DESC
LIMIT 1
