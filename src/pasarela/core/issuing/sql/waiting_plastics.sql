-- At most $2 plastics of product $1, or of all products, that wait.
SELECT tenant_id, fingerprint, product_id FROM issuing_numbers
WHERE ($1::text IS NULL OR product_id = $1) AND stocked AND card_id IS NULL
ORDER BY created_at, fingerprint
LIMIT $2
