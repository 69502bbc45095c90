-- Whether this session now is the only one that migrates this database.
SELECT pg_try_advisory_lock(7272735293)
