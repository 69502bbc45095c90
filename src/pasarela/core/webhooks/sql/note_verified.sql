-- The endpoint wants to be told; the first time counts. $1 tenant, $2 webhook, $3 instant
UPDATE webhook_endpoints SET verified_at = $3
WHERE tenant_id = $1 AND webhook_id = $2 AND verified_at IS NULL AND deleted_at IS NULL
