-- Keeps a receipt: $1 tenant, $2 id, $3 instrument, $4 payment, $5 outcome, $6 currency, $7 amount, $8 returned,
-- $9 reference, $10 instant, $11 sender.
INSERT INTO payment_receipts (tenant_id, receipt_id, instrument, payment_id, outcome, currency, amount, returned,
                              reference, received_at, sender)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
