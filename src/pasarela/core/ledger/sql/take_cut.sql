-- Which transactions have ended by now, as text.
SELECT pg_current_snapshot()::text
