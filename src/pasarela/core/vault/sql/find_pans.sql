-- Sealed card numbers by fingerprint, numbered by their place in the list. $1 tenants, $2 fingerprints
SELECT asked.n, p.fingerprint, p.key_number, p.sealed, p.bin, p.last4, p.digits, p.brand
FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS asked (tenant_id, fingerprint, n)
JOIN vault_pans p ON p.tenant_id = asked.tenant_id AND p.fingerprint = asked.fingerprint
