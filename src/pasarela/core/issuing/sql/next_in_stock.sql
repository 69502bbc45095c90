-- A plastic of product $2 of tenant $1 that waits, held.
SELECT fingerprint FROM issuing_numbers
WHERE tenant_id = $1 AND product_id = $2 AND stocked AND card_id IS NULL
LIMIT 1
FOR UPDATE SKIP LOCKED
