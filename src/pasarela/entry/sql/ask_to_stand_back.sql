-- Asks all other processes to stand back; $1 is the channel, $2 who asks.
SELECT pg_notify($1, $2)
