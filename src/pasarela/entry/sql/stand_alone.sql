-- Waits until no process works on the database. $1 is the lock's number.
SELECT pg_advisory_lock($1)
