-- Whose payment bears the reference $1.
SELECT tenant_id, payment_id FROM payments WHERE reference = $1 OR (details ->> 'paybin' IS NOT NULL AND details ->> 'paybin' = $1)
