-- Balances of the floored accounts of tenant $1 that are named in $2: a key look-up, whatever the history.
SELECT account, currency, posted, pending_in, pending_out
FROM ledger_accounts WHERE tenant_id = $1 AND account = ANY ($2::text[])
ORDER BY account
