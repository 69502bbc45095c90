-- settled: every event of a transaction below it is readable. ahead: no transaction has begun at or after it.
SELECT pg_snapshot_xmin(pg_current_snapshot()) AS settled, pg_snapshot_xmax(pg_current_snapshot()) AS ahead
