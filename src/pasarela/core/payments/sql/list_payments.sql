-- Payments of tenant $1 that match every condition given, newest first. Planned anew for its values at each call (the
-- app role's plan_cache_mode), so that conditions which are null vanish and the narrowest index serves the others.
-- The page's keys come first, from an index that holds all columns asked about: what an offset skips is never read.
-- Most indexes begin with tenant and credits_customer, so that leaving those out costs nothing. A single status is
-- compared by itself, since only then its index gives the order; for more see list_payments_of_statuses.
-- $2 created from, $3 created before (infinities when open), $4 amount, $5 at least, $6 at most, $7 statuses,
-- $8 whether wholly refunded, $9 order id, $10 customer, $11 whether without those that credit customers,
-- $12 rows to skip, $13 rows to return.
WITH page AS MATERIALIZED (
    SELECT p.payment_id, p.created_at FROM payments p
    WHERE p.tenant_id = $1
      AND p.created_at >= $2::timestamptz
      AND p.created_at < $3::timestamptz
      AND ($4::bigint IS NULL OR p.amount = $4)
      AND ($5::bigint IS NULL OR p.amount >= $5)
      AND ($6::bigint IS NULL OR p.amount <= $6)
      AND ($7::text[] IS NULL OR p.status = ($7)[1])
      AND ($8::boolean IS NULL OR (p.refunded > 0 AND p.refunded = p.captured) = $8)
      AND ($8::boolean IS NOT TRUE OR p.refunded > 0)
      AND ($9::text IS NULL OR p.payment_id = (
          SELECT c.subject FROM claims c WHERE c.tenant_id = $1 AND c.scope = 'order_id' AND c.key = $9))
      AND ($10::text IS NULL OR p.customer_id = $10)
      AND NOT ($11::boolean AND p.credits_customer)
    ORDER BY p.created_at DESC, p.payment_id DESC
    OFFSET $12 LIMIT $13
)
SELECT p.* FROM page JOIN payments p ON p.tenant_id = $1 AND p.payment_id = page.payment_id
ORDER BY page.created_at DESC, page.payment_id DESC
