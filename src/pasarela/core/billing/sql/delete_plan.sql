-- Marks a plan as deleted; answers its id unless it was already. $1 tenant, $2 plan, $3 instant
UPDATE plans SET deleted_at = $3 WHERE tenant_id = $1 AND plan_id = $2 AND deleted_at IS NULL RETURNING plan_id
