-- Active stores within a great-circle distance (haversine), nearest first; the box lets the index find the candidates.
-- $1 latitude, $2 longitude, $3 kilometers, $4 amount in centavos, $5 the Earth's radius in kilometers, $6 south,
-- $7 north, $8 west, $9 east, $10 how many at most
SELECT stores.*
FROM stores
CROSS JOIN LATERAL (
    SELECT 2 * $5::float8 * asin(least(1, sqrt(
        sin(radians(latitude - $1::float8) / 2) ^ 2
        + cos(radians($1)) * cos(radians(latitude)) * sin(radians(longitude - $2::float8) / 2) ^ 2
    ))) AS kilometers
) AS away
WHERE status = 'active' AND latitude BETWEEN $6::float8 AND $7::float8 AND longitude BETWEEN $8::float8 AND $9::float8
    AND amount_max_minor >= $4 AND away.kilometers <= $3::float8
ORDER BY away.kilometers, store_id
LIMIT $10
