-- Deletes an item ($1 tenant, $2 kind, $3 subject) that is still leased as it was claimed ($4); else leaves it.
DELETE FROM due_work WHERE (tenant_id, kind, subject, leased_until) = ($1, $2, $3, $4)
