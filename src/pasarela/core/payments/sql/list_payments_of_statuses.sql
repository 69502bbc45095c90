-- As list_payments, for several statuses $7: as many rows as could be on the page from each status's part of the index,
-- then the page of them. An index gives the order of one status only.
WITH page AS MATERIALIZED (
    SELECT one.payment_id, one.created_at
    FROM unnest($7::text[]) AS wanted (status)
    CROSS JOIN LATERAL (
        SELECT p.payment_id, p.created_at FROM payments p
        WHERE p.tenant_id = $1
          AND p.status = wanted.status
          AND p.created_at >= $2::timestamptz
          AND p.created_at < $3::timestamptz
          AND ($4::bigint IS NULL OR p.amount = $4)
          AND ($5::bigint IS NULL OR p.amount >= $5)
          AND ($6::bigint IS NULL OR p.amount <= $6)
          AND ($8::boolean IS NULL OR (p.refunded > 0 AND p.refunded = p.captured) = $8)
          AND ($8::boolean IS NOT TRUE OR p.refunded > 0)
          AND ($9::text IS NULL OR p.payment_id = (
              SELECT c.subject FROM claims c WHERE c.tenant_id = $1 AND c.scope = 'order_id' AND c.key = $9))
          AND ($10::text IS NULL OR p.customer_id = $10)
          AND NOT ($11::boolean AND p.credits_customer)
        ORDER BY p.created_at DESC, p.payment_id DESC
        LIMIT $12::bigint + $13::bigint
    ) AS one
    ORDER BY one.created_at DESC, one.payment_id DESC
    OFFSET $12 LIMIT $13
)
SELECT p.* FROM page JOIN payments p ON p.tenant_id = $1 AND p.payment_id = page.payment_id
ORDER BY page.created_at DESC, page.payment_id DESC
