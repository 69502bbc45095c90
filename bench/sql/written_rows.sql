-- How many rows have been written to each table since the server's statistics began. Exact once every session that
-- wrote has ended or been idle for ten seconds.
SELECT relname AS table_name, n_tup_ins AS inserted, n_tup_upd AS updated, n_tup_del AS deleted
FROM pg_stat_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
ORDER BY relname
