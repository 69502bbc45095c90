-- Gives the numbers that begin with $2 to product $3 of tenant $1, at $4; answers nothing when another range has some of
-- them.
INSERT INTO issuing_ranges (tenant_id, prefix, product_id, created_at)
SELECT $1::bigint, $2::text, $3::text, $4::timestamptz
WHERE NOT EXISTS (SELECT FROM issuing_ranges r WHERE starts_with(r.prefix, $2) OR starts_with($2, r.prefix))
RETURNING prefix
