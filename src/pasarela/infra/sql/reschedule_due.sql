-- Puts an item ($1 tenant, $2 kind, $3 subject) that is still leased as it was claimed ($4) off until $5,
-- as attempt $6, noting the error $7.
UPDATE due_work SET due_at = $5, attempt = $6, last_error = $7, leased_until = NULL
WHERE (tenant_id, kind, subject, leased_until) = ($1, $2, $3, $4)
