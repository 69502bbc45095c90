-- Holds the number with fingerprint $2 of tenant $1; answers whose it is.
SELECT n.product_id, n.stocked, n.card_id, p.currency
FROM issuing_numbers n JOIN issuing_products p ON p.tenant_id = n.tenant_id AND p.product_id = n.product_id
WHERE n.tenant_id = $1 AND n.fingerprint = $2
FOR UPDATE OF n
