-- Makes tokens usable again, if it was this payment that used them. $1 tenants, $2 tokens, $3 payments
WITH used AS (
    SELECT t.tenant_id, t.token_id
    FROM unnest($1::bigint[], $2::text[], $3::text[]) AS asked (tenant_id, token_id, used_by)
    JOIN vault_tokens t ON t.tenant_id = asked.tenant_id AND t.token_id = asked.token_id
    WHERE t.used_by = asked.used_by
    ORDER BY t.tenant_id, t.token_id
    FOR UPDATE OF t
)
UPDATE vault_tokens t SET used_at = NULL, used_by = NULL
FROM used
WHERE t.tenant_id = used.tenant_id AND t.token_id = used.token_id
