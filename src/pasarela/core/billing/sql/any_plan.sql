-- A plan, a deleted one too. $1 tenant, $2 plan
SELECT * FROM plans WHERE tenant_id = $1 AND plan_id = $2
