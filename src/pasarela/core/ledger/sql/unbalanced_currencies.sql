-- Currencies in which the balances of all accounts (carried, plus the tail of the unfloored ones) do not sum to zero.
WITH horizon AS (
    SELECT coalesce((SELECT xact_to FROM ledger_seals ORDER BY seal_number DESC LIMIT 1), '0'::xid8) AS xact
), parts AS (
    SELECT currency::text AS currency, posted AS amount FROM ledger_accounts
    UNION ALL
    SELECT right(leg.account, 3), leg.amount
    FROM ledger_transfers t
    CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS leg (account, amount)
    WHERE t.phase = 'posted' AND t.xact >= (SELECT xact FROM horizon)
      AND EXISTS (SELECT 1 FROM unnest($1::text[]) AS word WHERE starts_with(leg.account, word))
)
SELECT currency, sum(amount)::bigint AS amount FROM parts GROUP BY currency HAVING sum(amount) <> 0
