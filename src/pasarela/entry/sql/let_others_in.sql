-- The others may work again. $1 is the lock's number.
SELECT pg_advisory_unlock($1)
