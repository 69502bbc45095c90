-- Keys of all tenants that the active master key does not wrap. $1 the active master key, $2 how many
SELECT tenant_id, key_number FROM data_keys WHERE master_id <> $1 ORDER BY tenant_id, key_number LIMIT $2
