-- Completes the checkouts that are paid by these payments. $1 tenants, $2 payments (parallel arrays)
UPDATE checkouts c SET status = 'completed'
FROM unnest($1::bigint[], $2::text[]) AS paid (tenant_id, payment_id)
WHERE c.tenant_id = paid.tenant_id AND c.payment_id = paid.payment_id AND c.status <> 'completed'
