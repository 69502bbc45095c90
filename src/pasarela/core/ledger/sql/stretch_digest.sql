-- Digest of the transfers with $1 <= xact < $2, chained to the digest before it ($3).
SELECT count(*) AS transfers,
       sha256($3::bytea || coalesce(string_agg(
           sha256(convert_to(concat_ws('|', t.tenant_id, t.transfer_id, t.kind, t.phase, coalesce(t.settles, ''),
                                       t.accounts::text, t.amounts::text,
                                       extract(epoch FROM t.occurred_at)::text), 'UTF8')),
           ''::bytea ORDER BY t.tenant_id, t.transfer_id), ''::bytea)) AS digest
FROM ledger_transfers t
WHERE t.xact >= $1::xid8 AND t.xact < $2::xid8
