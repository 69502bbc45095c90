-- Forgets counters of hours before $1, at most $2 of them.
DELETE FROM risk_counters
WHERE ctid = ANY (ARRAY(SELECT ctid FROM risk_counters WHERE bucket < $1 LIMIT $2))
RETURNING 1
