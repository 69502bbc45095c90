-- Gives back an item ($1 tenant, $2 kind, $3 subject) that is still leased as it was claimed ($4).
UPDATE due_work SET leased_until = NULL
WHERE (tenant_id, kind, subject, leased_until) = ($1, $2, $3, $4)
