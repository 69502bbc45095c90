-- One tenant with its tariffs. $1 tenant
SELECT * FROM tenant_profiles WHERE tenant_id = $1
