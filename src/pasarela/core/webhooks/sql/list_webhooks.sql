-- A tenant's webhooks, newest first. $1 tenant, $2 rows to skip, $3 rows to return
SELECT * FROM webhook_endpoints
WHERE tenant_id = $1 AND deleted_at IS NULL
ORDER BY created_at DESC, webhook_id DESC
OFFSET $2 LIMIT $3
