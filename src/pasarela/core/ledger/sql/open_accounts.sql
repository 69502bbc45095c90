-- Opens accounts that do not exist yet. $1 tenants, $2 names, $3 currencies, $4 floors (parallel arrays, sorted).
INSERT INTO ledger_accounts (tenant_id, account, currency, floor_minor)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])
ON CONFLICT DO NOTHING
