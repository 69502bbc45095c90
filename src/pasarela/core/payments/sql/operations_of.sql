-- The operations on payments, oldest first. $1 tenants, $2 payment ids (parallel arrays).
SELECT o.* FROM unnest($1::bigint[], $2::text[]) AS wanted (tenant_id, payment_id)
JOIN payment_operations o USING (tenant_id, payment_id)
ORDER BY o.tenant_id, o.payment_id, o.created_at, o.operation_id
