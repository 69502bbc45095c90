-- Locks the floored accounts that a batch touches, in the order of their keys so that batches never deadlock; none of
-- them when one does not exist yet. $1 tenants, $2 account names (parallel arrays, each pair once).
SELECT a.tenant_id, a.account, a.posted, a.pending_in, a.pending_out
FROM ledger_accounts a
WHERE (a.tenant_id, a.account) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))
  AND cardinality($1) = (
      SELECT count(*) FROM ledger_accounts JOIN unnest($1::bigint[], $2::text[]) AS wanted (tenant_id, account)
      USING (tenant_id, account))
ORDER BY a.tenant_id, a.account
FOR NO KEY UPDATE OF a
