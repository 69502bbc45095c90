-- Tenants of one dialect, or of all, in the order of their registration, newest first.
-- $1 api or null, $2 rows to skip, $3 rows to return
SELECT * FROM tenant_profiles
WHERE $1::text IS NULL OR api = $1
ORDER BY tenant_id DESC
OFFSET $2 LIMIT $3
