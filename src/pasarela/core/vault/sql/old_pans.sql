-- The next card numbers of a tenant that are under an older key than the active one, by fingerprint.
-- $1 tenant, $2 the active key's number, $3 fingerprint to go on after, $4 how many
SELECT fingerprint, key_number, sealed FROM vault_pans
WHERE tenant_id = $1 AND key_number < $2 AND fingerprint > $3
ORDER BY fingerprint
LIMIT $4
