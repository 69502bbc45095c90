-- The same, held until the transaction ends. $1 tenant, $2 key number
SELECT wrapped, master_id FROM data_keys WHERE tenant_id = $1 AND key_number = $2 FOR UPDATE
