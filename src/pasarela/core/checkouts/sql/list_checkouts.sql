-- A tenant's checkouts, newest first. $1 tenant, $2 customer or null, $3 order id or null, $4 status or null, $5 the
-- instant at which it is asked, $6 created at or after, $7 created before (or null), $8 rows to skip, $9 rows to return
SELECT * FROM checkouts
WHERE tenant_id = $1
    AND ($2::text IS NULL OR customer_id = $2)
    AND ($3::text IS NULL OR order_id = $3)
    AND ($4::text IS NULL
        OR $4 = CASE WHEN status = 'available' AND expires_at <= $5::timestamptz THEN 'expired' ELSE status END)
    AND ($6::timestamptz IS NULL OR created_at >= $6) AND ($7::timestamptz IS NULL OR created_at < $7)
ORDER BY created_at DESC, checkout_id DESC
OFFSET $8 LIMIT $9
