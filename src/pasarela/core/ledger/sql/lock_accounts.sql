-- Locks the floored accounts that a batch touches, in the order of their keys so that batches never deadlock.
-- $1 tenants, $2 account names (parallel arrays, sorted by the caller).
SELECT a.tenant_id, a.account, a.posted, a.pending_in, a.pending_out
FROM ledger_accounts a
WHERE (a.tenant_id, a.account) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))
ORDER BY a.tenant_id, a.account
FOR NO KEY UPDATE
