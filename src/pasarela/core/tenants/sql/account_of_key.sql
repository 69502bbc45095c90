-- The account that an unrevoked key opens in one dialect, the oldest one of several. $1 api, $2 digest
SELECT tenants.account
FROM api_keys JOIN tenants USING (tenant_id)
WHERE api_keys.digest = $2 AND api_keys.revoked_at IS NULL AND tenants.api = $1
ORDER BY tenant_id
LIMIT 1
