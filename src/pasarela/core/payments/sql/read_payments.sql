-- Payments by id, over tenants. $1 tenants, $2 payment ids (parallel arrays).
SELECT p.* FROM unnest($1::bigint[], $2::text[]) AS wanted (tenant_id, payment_id)
JOIN payments p USING (tenant_id, payment_id)
