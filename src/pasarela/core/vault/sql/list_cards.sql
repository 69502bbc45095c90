-- An owner's cards, newest first. $1 tenant, $2 customer or null, $3 created at or after, $4 created before (or null),
-- $5 rows to skip, $6 rows to return
SELECT * FROM vault_card_profiles
WHERE tenant_id = $1 AND owner = coalesce($2, '') AND deleted_at IS NULL
    AND ($3::timestamptz IS NULL OR created_at >= $3) AND ($4::timestamptz IS NULL OR created_at < $4)
ORDER BY created_at DESC, card_id DESC
OFFSET $5 LIMIT $6
