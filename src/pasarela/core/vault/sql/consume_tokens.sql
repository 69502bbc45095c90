-- Uses tokens up that are unused and not too old; each at most once in the list. Locked in order, so that two
-- batches can't wait for each other. $1 tenants, $2 tokens, $3 payments that use them, $4 instants
WITH usable AS (
    SELECT t.tenant_id, t.token_id, asked.used_by, asked.at
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[]) AS asked (tenant_id, token_id, used_by, at)
    JOIN vault_tokens t ON t.tenant_id = asked.tenant_id AND t.token_id = asked.token_id
    WHERE t.used_at IS NULL AND t.expires_at > asked.at
    ORDER BY t.tenant_id, t.token_id
    FOR UPDATE OF t
)
UPDATE vault_tokens t SET used_at = usable.at, used_by = usable.used_by
FROM usable
WHERE t.tenant_id = usable.tenant_id AND t.token_id = usable.token_id
RETURNING t.token_id, t.used_by
