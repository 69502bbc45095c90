-- A plan that is not deleted, and that nobody deletes or changes until the transaction ends. $1 tenant, $2 plan
SELECT * FROM plans WHERE tenant_id = $1 AND plan_id = $2 AND deleted_at IS NULL FOR SHARE
