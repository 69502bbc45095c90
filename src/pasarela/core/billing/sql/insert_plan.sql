-- Records a plan; answers it, or nothing when the id is taken. $1 tenant, $2 plan, $3 name, $4 currency, $5 amount,
-- $6 unit of repetition, $7 how many of them, $8 retries, $9 what becomes of it after them, $10 days of trial,
-- $11 created at
INSERT INTO plans (tenant_id, plan_id, name, currency, amount, repeat_unit, repeat_every, retry_times, after_retries,
                   trial_days, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (tenant_id, plan_id) DO NOTHING
RETURNING *
