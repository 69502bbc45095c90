-- Changes a plan that is not deleted and answers it; what is null stays. $1 tenant, $2 plan, $3 name, $4 days of trial
UPDATE plans SET name = coalesce($3, name), trial_days = coalesce($4, trial_days)
WHERE tenant_id = $1 AND plan_id = $2 AND deleted_at IS NULL
RETURNING *
