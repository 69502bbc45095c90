-- Who sent the money that paid the payment $2 of the tenant $1.
SELECT sender FROM payment_receipts
WHERE tenant_id = $1 AND payment_id = $2 AND outcome IN ('completed', 'over', 'credited') AND sender IS NOT NULL
