-- Gives some of a tenant's settings another value; the others stay. $1 tenant, $2 those settings as a JSON object
UPDATE tenants SET settings = settings || $2::jsonb WHERE tenant_id = $1 RETURNING tenant_id
