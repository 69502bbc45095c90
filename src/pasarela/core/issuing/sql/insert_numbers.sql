-- Numbers of product $2 of tenant $1; answers those that no program had. $3 fingerprints, $4 platform fingerprints, $5
-- last four digits, $6 and $7 year and month of expiry (parallel arrays), $8 whether they wait in the stock, $9 when.
INSERT INTO issuing_numbers
    (tenant_id, fingerprint, platform_fingerprint, product_id, last4, expiry_year, expiry_month, stocked, created_at)
SELECT $1::bigint, fingerprint, platform, $2::text, last4, year, month, $8::boolean, $9::timestamptz
FROM unnest($3::bytea[], $4::bytea[], $5::text[], $6::smallint[], $7::smallint[])
    AS row (fingerprint, platform, last4, year, month)
ORDER BY platform
ON CONFLICT DO NOTHING
RETURNING fingerprint
