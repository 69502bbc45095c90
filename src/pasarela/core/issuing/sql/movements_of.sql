-- The movements that operations made, by their sides. $1 tenants, $2 operations (parallel arrays).
SELECT m.* FROM unnest($1::bigint[], $2::text[]) AS asked (tenant_id, operation_id)
JOIN issuing_movements m ON m.tenant_id = asked.tenant_id AND m.operation_id = asked.operation_id
ORDER BY m.tenant_id, m.operation_id, m.side
