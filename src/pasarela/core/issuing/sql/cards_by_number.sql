-- Cards by the fingerprints of their numbers, numbered by their place in the list. $1 tenants, $2 fingerprints.
SELECT asked.n, c.* FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS asked (tenant_id, fingerprint, n)
JOIN issuing_card_profiles c ON c.tenant_id = asked.tenant_id AND c.fingerprint = asked.fingerprint
