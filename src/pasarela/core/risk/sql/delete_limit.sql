-- Switches a rule off. $1 tenant, $2 rule
DELETE FROM risk_limits WHERE tenant_id = $1 AND rule = $2
