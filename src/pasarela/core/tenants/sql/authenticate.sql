-- Who calls: for each (api, account, digest of the key) the tenant of that name, if any, and the kind of the key
-- if it is an unrevoked one of that tenant. An unknown account probes for the key all the same (tenant 0 has
-- none), so that it takes as long as a wrong key. One row for each item. $1 apis, $2 accounts, $3 digests
SELECT tenant_profiles.*, api_keys.kind
FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS asked (api, account, digest, n)
LEFT JOIN tenant_profiles ON tenant_profiles.api = asked.api AND tenant_profiles.account = asked.account
LEFT JOIN api_keys ON api_keys.tenant_id = coalesce(tenant_profiles.tenant_id, 0)
    AND api_keys.digest = asked.digest AND api_keys.revoked_at IS NULL
ORDER BY asked.n
