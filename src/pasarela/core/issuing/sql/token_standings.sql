-- How the keys of tokens stand, numbered by their place in the list; revoked: the key, the token, or its client is at
-- rest. $1 key ids, $2 token ids (parallel arrays).
SELECT asked.n, k.tenant_id, k.client_id, k.public_key, k.padding,
    k.revoked_at IS NOT NULL OR c.status <> 'active' OR EXISTS (
        SELECT FROM issuing_revoked_tokens r WHERE r.tenant_id = k.tenant_id AND r.token_id = asked.token_id
    ) AS revoked
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (key_id, token_id, n)
JOIN issuing_keys k ON k.key_id = asked.key_id
JOIN issuing_clients c ON c.tenant_id = k.tenant_id AND c.client_id = k.client_id
