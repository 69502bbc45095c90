-- The same key under another master key. $1 tenant, $2 key number, $3 wrapped key, $4 master key
UPDATE data_keys SET wrapped = $3, master_id = $4 WHERE tenant_id = $1 AND key_number = $2
