-- Accounts whose balance is not what the transfers make it (at most 20). An account without a floor carries the posted
-- legs up to the last seal; a floored one carries all of them, and what is pending.
WITH horizon AS (
    SELECT coalesce((SELECT xact_to FROM ledger_seals ORDER BY seal_number DESC LIMIT 1), '0'::xid8) AS xact
), legs AS (
    SELECT t.tenant_id, leg.account, leg.amount, t.phase, t.xact < (SELECT xact FROM horizon) AS sealed,
           t.phase = 'pending' AND NOT EXISTS (
               SELECT 1 FROM ledger_transfers s WHERE s.tenant_id = t.tenant_id AND s.settles = t.transfer_id) AS open
    FROM ledger_transfers t
    CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS leg (account, amount)
), derived AS (
    SELECT tenant_id, account,
           coalesce(sum(amount) FILTER (WHERE phase = 'posted'), 0) AS posted,
           coalesce(sum(amount) FILTER (WHERE phase = 'posted' AND sealed), 0) AS folded,
           coalesce(sum(amount) FILTER (WHERE open AND amount > 0), 0) AS pending_in,
           coalesce(-sum(amount) FILTER (WHERE open AND amount < 0), 0) AS pending_out
    FROM legs GROUP BY tenant_id, account
)
SELECT coalesce(a.tenant_id, d.tenant_id) AS tenant_id, coalesce(a.account, d.account) AS account,
       a.posted AS carried, coalesce(CASE WHEN a.floor_minor IS NULL THEN d.folded ELSE d.posted END, 0) AS derived
FROM ledger_accounts a
FULL JOIN derived d USING (tenant_id, account)
WHERE CASE
    WHEN a.account IS NULL THEN d.folded <> 0 OR EXISTS (
        SELECT 1 FROM unnest($1::text[]) AS word WHERE starts_with(d.account, word))
    WHEN a.floor_minor IS NULL THEN a.posted <> coalesce(d.folded, 0)
    ELSE a.posted <> coalesce(d.posted, 0) OR a.pending_in <> coalesce(d.pending_in, 0)
         OR a.pending_out <> coalesce(d.pending_out, 0) OR a.posted - a.pending_out < a.floor_minor
    END
LIMIT 20
