-- Entries of one of a tenant's lists or of all, newest first. $1 tenant, $2 list or null, $3 rows to skip, $4 rows
SELECT kind, entry, shown, reason, listed_at FROM risk_lists
WHERE tenant_id = $1 AND ($2::text IS NULL OR kind = $2)
ORDER BY listed_at DESC, kind, entry
OFFSET $3 LIMIT $4
