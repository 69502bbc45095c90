-- Promises a charge to the till of one receipt; no row when another one's promise still holds. $1 tenant, $2 payment,
-- $3 receipt, $4 instant, $5 until when
INSERT INTO payment_till_promises (tenant_id, payment_id, receipt_id, until)
VALUES ($1, $2, $3, $5)
ON CONFLICT (tenant_id, payment_id) DO UPDATE SET receipt_id = excluded.receipt_id, until = excluded.until
WHERE payment_till_promises.until <= $4 OR payment_till_promises.receipt_id = excluded.receipt_id
RETURNING receipt_id
