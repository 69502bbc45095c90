-- Stores sealed card numbers of many tenants; those that are there already stay as they are. Sorted, so that two
-- batches can't wait for each other.
-- $1 tenants, $2 fingerprints, $3 platform fingerprints, $4 key numbers, $5 ciphertexts, $6 first six digits,
-- $7 last four, $8 numbers of digits, $9 brands, $10 created at
INSERT INTO vault_pans (tenant_id, fingerprint, platform_fingerprint, key_number, sealed, bin, last4, digits, brand,
                        created_at)
SELECT pan.*, $10
FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::integer[], $5::bytea[], $6::text[], $7::text[],
            $8::smallint[], $9::text[])
    AS pan (tenant_id, fingerprint, platform_fingerprint, key_number, sealed, bin, last4, digits, brand)
ORDER BY pan.tenant_id, pan.fingerprint
ON CONFLICT (tenant_id, fingerprint) DO NOTHING
