-- Transfers of tenant $1 on any of the accounts $2 that the cut $4 sees and the cut $3 (or null) does not, with the
-- legs of the pending transfer that each settles. The index on xact bounds the search from both sides.
SELECT t.transfer_id, t.kind, t.phase, t.settles, t.accounts, t.amounts, t.occurred_at,
       p.accounts AS pending_accounts, p.amounts AS pending_amounts
FROM ledger_transfers t
LEFT JOIN ledger_transfers p ON p.tenant_id = t.tenant_id AND p.transfer_id = t.settles
WHERE t.tenant_id = $1
  AND t.xact >= coalesce(pg_snapshot_xmin($3::text::pg_snapshot), '0'::xid8)
  AND t.xact < pg_snapshot_xmax($4::text::pg_snapshot)
  AND pg_visible_in_snapshot(t.xact, $4::text::pg_snapshot)
  AND ($3::text IS NULL OR NOT pg_visible_in_snapshot(t.xact, $3::text::pg_snapshot))
  AND (t.accounts && $2::text[] OR p.accounts && $2::text[])
ORDER BY t.occurred_at, t.xact, t.transfer_id
