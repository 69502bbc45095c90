-- Removes the oldest API calls from before $1, at most $2 of them.
DELETE FROM api_requests
WHERE ctid = ANY (ARRAY(SELECT ctid FROM api_requests WHERE at < $1 ORDER BY at LIMIT $2))
