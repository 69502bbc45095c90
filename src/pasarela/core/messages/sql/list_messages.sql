-- Messages of one tenant or of all, newest first. $1 tenant, $2 what they are about, $3 recipient (each or null), $4 rows
-- to skip, $5 rows to return
SELECT * FROM messages
WHERE ($1::bigint IS NULL OR tenant_id = $1)
    AND ($2::text IS NULL OR about = $2)
    AND ($3::text IS NULL OR recipient = $3)
ORDER BY created_at DESC, message_id DESC
OFFSET $4 LIMIT $5
