-- Transfers of tenant $1 on any of the accounts $2 from $3 to before $4, with the legs of the pending ones they settle.
SELECT t.transfer_id, t.kind, t.phase, t.settles, t.accounts, t.amounts, t.occurred_at,
       p.accounts AS pending_accounts, p.amounts AS pending_amounts
FROM ledger_transfers t
LEFT JOIN ledger_transfers p ON p.tenant_id = t.tenant_id AND p.transfer_id = t.settles
WHERE t.tenant_id = $1 AND t.occurred_at >= $3 AND t.occurred_at < $4
  AND (t.accounts && $2::text[] OR p.accounts && $2::text[])
ORDER BY t.occurred_at, t.xact, t.transfer_id
