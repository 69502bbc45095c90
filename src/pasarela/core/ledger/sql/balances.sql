-- Balances of one tenant ($1), of the accounts named in $2 or of all (null). An account without a floor is what has
-- been folded plus the posted transfers since the last seal.
WITH horizon AS (
    SELECT coalesce((SELECT xact_to FROM ledger_seals ORDER BY seal_number DESC LIMIT 1), '0'::xid8) AS xact
), tail AS (
    SELECT leg.account, sum(leg.amount)::bigint AS amount
    FROM ledger_transfers t
    CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS leg (account, amount)
    WHERE t.tenant_id = $1 AND t.phase = 'posted' AND t.xact >= (SELECT xact FROM horizon)
      AND EXISTS (SELECT 1 FROM unnest($3::text[]) AS word WHERE starts_with(leg.account, word))
    GROUP BY leg.account
), known AS (
    SELECT account, currency, floor_minor, posted, pending_in, pending_out
    FROM ledger_accounts WHERE tenant_id = $1
)
SELECT coalesce(k.account, t.account) AS account,
       coalesce(k.currency, right(t.account, 3)) AS currency,
       coalesce(k.posted, 0) + coalesce(t.amount, 0) AS posted,
       coalesce(k.pending_in, 0) AS pending_in,
       coalesce(k.pending_out, 0) AS pending_out
FROM known k
FULL JOIN tail t ON t.account = k.account
WHERE $2::text[] IS NULL OR coalesce(k.account, t.account) = ANY ($2::text[])
ORDER BY 1
