-- What tenants have set up, one row for each asked, in order. $1 tenants
SELECT
    coalesce((SELECT json_object_agg(rule, value) FROM risk_limits l WHERE l.tenant_id = asked.tenant_id), '{}')
        AS limits,
    ARRAY(SELECT kind FROM unnest(ARRAY['card', 'bin', 'email', 'buyer']) AS kind
          WHERE EXISTS (SELECT FROM risk_lists l WHERE l.tenant_id = asked.tenant_id AND l.kind = kind.kind))
        AS lists
FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (tenant_id, n)
ORDER BY asked.n
