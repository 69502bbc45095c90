-- Cardholder $2 of tenant $1, of whichever client.
SELECT * FROM issuing_cardholders WHERE tenant_id = $1 AND cardholder_id = $2
