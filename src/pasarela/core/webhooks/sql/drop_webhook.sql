-- Takes back a webhook whose endpoint did not want it, unless somebody has verified it meanwhile. $1 tenant, $2 webhook
DELETE FROM webhook_endpoints WHERE tenant_id = $1 AND webhook_id = $2 AND verified_at IS NULL
