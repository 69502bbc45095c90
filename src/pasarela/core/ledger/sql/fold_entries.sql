-- Adds the posted legs of the transfers with $1 <= xact < $2 to the accounts that have no floor ($3: name beginnings).
INSERT INTO ledger_accounts (tenant_id, account, currency, posted)
SELECT t.tenant_id, leg.account, right(leg.account, 3), sum(leg.amount)
FROM ledger_transfers t
CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS leg (account, amount)
WHERE t.xact >= $1::xid8 AND t.xact < $2::xid8 AND t.phase = 'posted'
  AND EXISTS (SELECT 1 FROM unnest($3::text[]) AS word WHERE starts_with(leg.account, word))
GROUP BY t.tenant_id, leg.account
ON CONFLICT (tenant_id, account) DO UPDATE SET posted = ledger_accounts.posted + excluded.posted
