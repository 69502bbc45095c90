-- The transfers that a batch names, by id or as the pending one that it settles, and who settled them.
-- $1 tenants, $2 transfer ids (parallel arrays).
SELECT t.tenant_id, t.transfer_id, t.kind, t.phase, t.settles, t.accounts, t.amounts, t.occurred_at,
       s.transfer_id AS settled_by
FROM unnest($1::bigint[], $2::text[]) AS named (tenant_id, transfer_id)
JOIN ledger_transfers t USING (tenant_id, transfer_id)
LEFT JOIN ledger_transfers s ON s.tenant_id = t.tenant_id AND s.settles = t.transfer_id
