-- Settlements of something that is not pending, or beyond what was pending (at most 20).
SELECT s.tenant_id, s.transfer_id
FROM ledger_transfers s
LEFT JOIN ledger_transfers p ON p.tenant_id = s.tenant_id AND p.transfer_id = s.settles AND p.phase = 'pending'
WHERE s.settles IS NOT NULL AND (p.transfer_id IS NULL OR EXISTS (
    SELECT 1 FROM unnest(s.accounts, s.amounts) AS leg (account, amount)
    JOIN unnest(p.accounts, p.amounts) AS reserved (account, amount) USING (account)
    WHERE abs(leg.amount) > abs(reserved.amount) OR sign(leg.amount) * sign(reserved.amount) < 0))
LIMIT 20
