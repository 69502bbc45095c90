-- Payouts of owner $2 (empty: the merchant) of tenant $1 that match every condition given, newest first.
-- $3 created at or after, $4 created before, $5 amount, $6 at least, $7 at most, $8 kind, $9 statuses, $10 order id,
-- $11 rows to skip, $12 rows to return.
SELECT * FROM payouts
WHERE tenant_id = $1 AND owner = $2 AND kind <> 'return'
    AND ($3::timestamptz IS NULL OR created_at >= $3)
    AND ($4::timestamptz IS NULL OR created_at < $4)
    AND ($5::bigint IS NULL OR amount = $5)
    AND ($6::bigint IS NULL OR amount >= $6)
    AND ($7::bigint IS NULL OR amount <= $7)
    AND ($8::text IS NULL OR kind = $8)
    AND ($9::text[] IS NULL OR status = ANY ($9))
    AND ($10::text IS NULL OR payout_id = (
        SELECT c.subject FROM claims c WHERE c.tenant_id = $1 AND c.scope = 'order_id' AND c.key = $10))
ORDER BY created_at DESC, payout_id DESC
OFFSET $11 LIMIT $12
