-- The next stretch of the ledger to seal: from where the last seal ended to the oldest transaction still open, but
-- only up to the end of the transaction that books the $1st transfer. No transaction below that horizon can add a row
-- any more. The bounds are scalar subqueries, not joins: so the index on xact is begun at them, whatever lies before.
WITH last AS (
    SELECT coalesce(max(seal_number), 0) AS seal_number FROM ledger_seals
), start AS (
    SELECT l.seal_number,
           coalesce(s.xact_to, '0'::xid8) AS xact_from,
           coalesce(s.digest, '\x'::bytea) AS digest
    FROM last l LEFT JOIN ledger_seals s USING (seal_number)
), full_at AS (
    SELECT t.xact FROM ledger_transfers t
    WHERE t.xact >= (SELECT xact_from FROM start) ORDER BY t.xact OFFSET $1 - 1 LIMIT 1
), cut AS (
    SELECT t.xact FROM ledger_transfers t WHERE t.xact > (SELECT xact FROM full_at) ORDER BY t.xact LIMIT 1
)
SELECT seal_number + 1 AS seal_number, xact_from, digest AS previous_digest,
       coalesce((SELECT xact FROM cut WHERE xact < pg_snapshot_xmin(pg_current_snapshot())),
                pg_snapshot_xmin(pg_current_snapshot())) AS xact_to
FROM start
