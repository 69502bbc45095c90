-- Accounts whose figures are not what the transfers make them (at most 20). An account without a floor carries the
-- posted legs up to the last seal; a floored one ($1: name beginnings) carries all of them, and what is pending.
WITH horizon AS (
    SELECT coalesce((SELECT xact_to FROM ledger_seals ORDER BY seal_number DESC LIMIT 1), '0'::xid8) AS xact
), legs AS (
    SELECT t.tenant_id, leg.account, leg.amount, t.phase, t.xact < (SELECT xact FROM horizon) AS sealed,
           t.phase = 'pending' AND NOT EXISTS (
               SELECT 1 FROM ledger_transfers s WHERE s.tenant_id = t.tenant_id AND s.settles = t.transfer_id) AS open,
           EXISTS (SELECT 1 FROM unnest($1::text[]) AS word WHERE starts_with(leg.account, word)) AS floored
    FROM ledger_transfers t
    CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS leg (account, amount)
), derived AS (
    SELECT tenant_id, account, floored,
           coalesce(sum(amount) FILTER (WHERE phase = 'posted' AND (floored OR sealed)), 0) AS posted,
           coalesce(sum(amount) FILTER (WHERE open AND floored AND amount > 0), 0) AS pending_in,
           coalesce(-sum(amount) FILTER (WHERE open AND floored AND amount < 0), 0) AS pending_out
    FROM legs GROUP BY tenant_id, account, floored
)
SELECT coalesce(a.tenant_id, d.tenant_id) AS tenant_id, coalesce(a.account, d.account) AS account,
       coalesce(a.posted, 0) AS posted, coalesce(a.pending_in, 0) AS pending_in,
       coalesce(a.pending_out, 0) AS pending_out, coalesce(d.posted, 0) AS derived_posted,
       coalesce(d.pending_in, 0) AS derived_in, coalesce(d.pending_out, 0) AS derived_out
FROM ledger_accounts a
FULL JOIN derived d ON d.tenant_id = a.tenant_id AND d.account = a.account
WHERE (coalesce(a.posted, 0), coalesce(a.pending_in, 0), coalesce(a.pending_out, 0))
      <> (coalesce(d.posted, 0), coalesce(d.pending_in, 0), coalesce(d.pending_out, 0))
   OR (a.account IS NULL AND d.floored)
ORDER BY tenant_id, account
LIMIT 20
