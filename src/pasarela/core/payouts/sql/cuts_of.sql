-- The cut of automatic payout $2 of tenant $1, and the one before it on the same account with its cut (or nulls).
SELECT p.cut::text AS cut, p.customer_id, p.currency, before.payout_id AS id_before, before.cut::text AS cut_before
FROM payouts p
LEFT JOIN LATERAL (
    SELECT b.payout_id, b.cut FROM payouts b
    WHERE b.tenant_id = p.tenant_id AND b.source_account = p.source_account AND b.kind = 'automatic'
        AND b.created_at <= p.created_at AND b.payout_id <> p.payout_id
        -- Of two of the same instant only the cuts tell which came first.
        AND pg_snapshot_xmax(b.cut) <= pg_snapshot_xmax(p.cut)
    ORDER BY pg_snapshot_xmax(b.cut) DESC, b.created_at DESC LIMIT 1) before ON true
WHERE p.tenant_id = $1 AND p.payout_id = $2
