-- Whose payment bears the reference $1.
SELECT tenant_id, payment_id FROM payments WHERE reference = $1
