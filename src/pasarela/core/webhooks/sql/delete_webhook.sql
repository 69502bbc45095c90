-- Ends a webhook; no row when there is none. $1 tenant, $2 webhook, $3 instant
UPDATE webhook_endpoints SET deleted_at = $3
WHERE tenant_id = $1 AND webhook_id = $2 AND deleted_at IS NULL
RETURNING webhook_id
