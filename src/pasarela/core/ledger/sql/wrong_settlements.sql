-- Settlements of something that is not pending, or beyond what was pending (at most 20).
SELECT s.tenant_id, s.transfer_id
FROM ledger_transfers s
LEFT JOIN ledger_transfers p ON p.tenant_id = s.tenant_id AND p.transfer_id = s.settles AND p.phase = 'pending'
WHERE s.settles IS NOT NULL AND (p.transfer_id IS NULL OR EXISTS (
    SELECT 1 FROM unnest(s.accounts, s.amounts) AS leg (account, amount)
    JOIN unnest(p.accounts, p.amounts) AS reserved (account, amount) USING (account)
    WHERE (reserved.amount > 0 AND leg.amount > reserved.amount)
       OR (reserved.amount < 0 AND leg.amount < reserved.amount)))
LIMIT 20
