-- Which of these are on their tenants' lists. $1 numbers that tell the answers apart, $2 tenants, $3 lists, $4 entries
SELECT asked.n, l.kind, l.reason
FROM unnest($1::integer[], $2::bigint[], $3::text[], $4::text[]) AS asked (n, tenant_id, kind, entry)
JOIN risk_lists l ON l.tenant_id = asked.tenant_id AND l.kind = asked.kind AND l.entry = asked.entry
