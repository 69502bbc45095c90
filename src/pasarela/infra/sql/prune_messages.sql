-- Removes messages from outside that were handled before $1, the oldest first, at most $2 of them.
DELETE FROM inbox
WHERE ctid = ANY (ARRAY(SELECT ctid FROM inbox WHERE handled_at < $1 ORDER BY handled_at LIMIT $2))
