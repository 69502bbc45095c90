-- Sets a rule's limit. $1 tenant, $2 rule, $3 value, $4 instant
INSERT INTO risk_limits (tenant_id, rule, value, set_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, rule) DO UPDATE SET value = excluded.value, set_at = excluded.set_at
