-- Accounts that are below their floor, or whose floor is not the chart's (at most 20).
-- $1 how the names of floored accounts begin, $2 their floors (parallel arrays).
SELECT a.tenant_id, a.account, a.posted - a.pending_out AS available, a.floor_minor, chart.floor_minor AS chart_floor
FROM ledger_accounts a
LEFT JOIN unnest($1::text[], $2::bigint[]) AS chart (word, floor_minor) ON starts_with(a.account, chart.word)
WHERE a.floor_minor IS DISTINCT FROM chart.floor_minor OR a.posted - a.pending_out < chart.floor_minor
ORDER BY a.tenant_id, a.account
LIMIT 20
