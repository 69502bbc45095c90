-- Tenants with their tariffs, whoever they are. $1 tenants
SELECT * FROM tenant_profiles WHERE tenant_id = ANY ($1::bigint[])
