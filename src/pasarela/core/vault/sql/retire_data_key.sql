-- Ends the sealing by a key; it still opens what it sealed. $1 tenant, $2 key number, $3 instant
UPDATE data_keys SET retired_at = $3 WHERE tenant_id = $1 AND key_number = $2 AND retired_at IS NULL
