-- One key of a tenant, active or retired. $1 tenant, $2 key number
SELECT key_number, wrapped, master_id FROM data_keys WHERE tenant_id = $1 AND key_number = $2
