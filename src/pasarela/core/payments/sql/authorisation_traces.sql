-- The traces under which payments were authorised, and the amounts. $1 tenants, $2 attempt ids (parallel arrays).
SELECT a.tenant_id, a.attempt_id, a.stan, a.rrn, a.trace_at, a.amount
FROM unnest($1::bigint[], $2::text[]) AS wanted (tenant_id, attempt_id)
JOIN payment_attempts a USING (tenant_id, attempt_id)
