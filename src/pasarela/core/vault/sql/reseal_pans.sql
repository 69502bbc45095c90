-- Puts card numbers under a newer key, unless somebody else has done so or better.
-- $1 tenant, $2 key number, $3 fingerprints, $4 ciphertexts
UPDATE vault_pans p SET key_number = $2, sealed = fresh.sealed
FROM unnest($3::bytea[], $4::bytea[]) AS fresh (fingerprint, sealed)
WHERE p.tenant_id = $1 AND p.fingerprint = fresh.fingerprint AND p.key_number < $2
RETURNING p.fingerprint
