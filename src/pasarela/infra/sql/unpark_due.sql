-- Makes a parked item ($1 tenant, $2 kind, $3 subject) due at $4, as if it had never been tried; its key if it was parked.
UPDATE due_work SET due_at = $4, attempt = 0, parked_at = NULL
WHERE (tenant_id, kind, subject) = ($1, $2, $3) AND parked_at IS NOT NULL
RETURNING tenant_id
