-- Activates, suspends or deletes a tenant. $1 tenant, $2 status
UPDATE tenants SET status = $2 WHERE tenant_id = $1 RETURNING tenant_id
