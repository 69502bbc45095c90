-- Books transfers; one whose id, or whose pending transfer, somebody else has just used is left out of the answer.
-- $1 a JSON array of objects, sorted by key (arrays of arrays can't be ragged in SQL, JSON's can).
INSERT INTO ledger_transfers (tenant_id, transfer_id, kind, phase, settles, accounts, amounts, occurred_at)
SELECT t.tenant_id, t.transfer_id, t.kind, t.phase, t.settles, t.accounts, t.amounts, t.occurred_at
FROM json_to_recordset($1::json) AS t (
    tenant_id bigint, transfer_id text, kind text, phase text, settles text,
    accounts text[], amounts bigint[], occurred_at timestamptz)
ON CONFLICT DO NOTHING
RETURNING tenant_id, transfer_id
