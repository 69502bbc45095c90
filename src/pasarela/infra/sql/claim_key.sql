-- Takes an idempotency key: a new one, or one whose call was given up (unanswered, last seen before $7) and had the
-- same content. Answers the row as it stands, `ours` when it was taken; no row when another call is just making it.
-- $1 tenant, $2 scope, $3 key, $4 subject for a new one, $5 fingerprint, $6 now, $7 how old a sign of life is too old.
WITH taken AS (
    INSERT INTO claims (tenant_id, scope, key, subject, fingerprint, claimed_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (tenant_id, scope, key) DO UPDATE SET claimed_at = excluded.claimed_at
    WHERE claims.answer_status IS NULL AND claims.claimed_at < $7 AND claims.fingerprint = excluded.fingerprint
    RETURNING subject, fingerprint
)
SELECT true AS ours, subject, fingerprint, NULL::smallint AS answer_status, NULL::bytea AS answer FROM taken
UNION ALL
SELECT false, subject, fingerprint, answer_status, answer
FROM claims
WHERE tenant_id = $1 AND scope = $2 AND key = $3 AND NOT EXISTS (SELECT FROM taken)
