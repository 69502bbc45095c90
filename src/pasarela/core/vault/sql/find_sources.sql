-- Saved cards and tokens by id, numbered by their place in the list; a deleted, used or expired one too, and says
-- so. $1 tenants, $2 ids, $3 instants as the tenants see them
SELECT asked.n, asked.source_id, source.*, p.key_number, p.sealed, p.bin, p.last4, p.digits, p.brand
FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS asked (tenant_id, source_id, at, n)
CROSS JOIN LATERAL (
    SELECT 'card' AS kind, c.customer_id, c.fingerprint, c.holder_name, c.expiry_year, c.expiry_month, c.address,
           c.created_at, c.deleted_at IS NOT NULL AS deleted, false AS expired, false AS used
    FROM vault_cards c WHERE c.tenant_id = asked.tenant_id AND c.card_id = asked.source_id
    UNION ALL
    SELECT 'token', NULL, t.fingerprint, t.holder_name, t.expiry_year, t.expiry_month, t.address,
           t.created_at, false, t.expires_at <= asked.at, t.used_at IS NOT NULL
    FROM vault_tokens t WHERE t.tenant_id = asked.tenant_id AND t.token_id = asked.source_id
) AS source
JOIN vault_pans p ON p.tenant_id = asked.tenant_id AND p.fingerprint = source.fingerprint
