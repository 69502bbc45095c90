-- Tells everybody who listens on channel $1, when this transaction commits.
SELECT pg_notify($1, $2)
