-- The cut of automatic payout $2 of tenant $1, and that of the one before it on the same account (or null).
SELECT p.cut::text AS cut, p.customer_id, p.currency, (
    SELECT b.cut::text FROM payouts b
    WHERE b.tenant_id = p.tenant_id AND b.source_account = p.source_account AND b.kind = 'automatic'
        AND b.payout_id <> p.payout_id AND b.cut IS NOT NULL
        AND pg_snapshot_xmax(b.cut) <= pg_snapshot_xmax(p.cut) AND (b.created_at, b.payout_id) < (p.created_at, p.payout_id)
    ORDER BY b.created_at DESC, b.payout_id DESC LIMIT 1) AS cut_before
FROM payouts p WHERE p.tenant_id = $1 AND p.payout_id = $2
