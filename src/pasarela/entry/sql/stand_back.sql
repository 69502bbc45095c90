-- This process has stopped working on the database. $1 is the lock's number.
SELECT pg_advisory_unlock_shared($1)
