-- The limits that a tenant has set. $1 tenant
SELECT rule, value, set_at FROM risk_limits WHERE tenant_id = $1 ORDER BY rule
