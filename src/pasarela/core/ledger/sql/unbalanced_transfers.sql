-- Transfers whose legs do not sum to zero for a currency (at most 20).
SELECT tenant_id, transfer_id FROM ledger_transfers WHERE NOT ledger_legs_balance(accounts, amounts) LIMIT 20
