-- A tenant's customers that are not deleted, newest first. The page is found in the index alone, so that rows which are
-- skipped are never read. $1 tenant, $2 external id or null, $3 created at or after, $4 created before (or null), $5
-- rows to skip, $6 rows to return
SELECT c.* FROM (
    SELECT k.customer_id FROM customers k
    WHERE k.tenant_id = $1 AND k.deleted_at IS NULL
        AND ($2::text IS NULL OR k.external_id = $2)
        AND ($3::timestamptz IS NULL OR k.created_at >= $3) AND ($4::timestamptz IS NULL OR k.created_at < $4)
    ORDER BY k.created_at DESC, k.customer_id DESC
    OFFSET $5 LIMIT $6
) AS page
JOIN customers c ON c.tenant_id = $1 AND c.customer_id = page.customer_id
ORDER BY c.created_at DESC, c.customer_id DESC
