-- Applies a batch's changes to its (locked) floored accounts; the table's check guards the floor once more.
-- $1 tenants, $2 names, $3 posted, $4 pending in, $5 pending out (parallel arrays of changes).
UPDATE ledger_accounts a
SET posted = a.posted + c.posted, pending_in = a.pending_in + c.pending_in, pending_out = a.pending_out + c.pending_out
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
    AS c (tenant_id, account, posted, pending_in, pending_out)
WHERE a.tenant_id = c.tenant_id AND a.account = c.account
