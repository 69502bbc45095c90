-- Leases until $5 (real time) the item ($1 tenant, $2 kind, $3 subject) unless somebody has it at $4 (real now).
UPDATE due_work SET leased_until = $5
WHERE (tenant_id, kind, subject) = ($1, $2, $3) AND (leased_until IS NULL OR leased_until <= $4)
RETURNING tenant_id, kind, subject, due_at, attempt, data, leased_until, due_at AS instant
