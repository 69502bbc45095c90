-- The receipt $1, of whatever tenant.
SELECT tenant_id, receipt_id, payment_id, outcome, currency, amount, returned FROM payment_receipts WHERE receipt_id = $1
