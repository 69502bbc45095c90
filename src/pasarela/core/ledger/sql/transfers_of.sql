-- The transfers about one subject of tenant $1: their ids are `subject/...`, one range ($2 to $3) of the key.
-- In the order of their transactions: what was booked about one subject waited for what was booked before.
SELECT tenant_id, transfer_id, kind, phase, settles, accounts, amounts, occurred_at
FROM ledger_transfers
WHERE tenant_id = $1 AND transfer_id >= $2 AND transfer_id < $3
ORDER BY xact, occurred_at, transfer_id
