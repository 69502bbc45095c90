-- One webhook that is not deleted. $1 tenant, $2 webhook
SELECT * FROM webhook_endpoints WHERE tenant_id = $1 AND webhook_id = $2 AND deleted_at IS NULL
