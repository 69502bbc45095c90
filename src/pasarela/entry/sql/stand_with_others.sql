-- This process works on the database; waits while another has it to itself. $1 is the lock's number.
SELECT pg_advisory_lock_shared($1)
