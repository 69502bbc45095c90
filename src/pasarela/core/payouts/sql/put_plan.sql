-- Sets the settlement plan of owner $2 (empty: the merchant) of tenant $1: $3 schedule, $4 CLABE, $5 holder, $6 minimum,
-- $7 when.
INSERT INTO settlement_plans (tenant_id, owner, schedule, clabe, holder_name, minimum, set_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, owner) DO UPDATE
SET schedule = $3, clabe = $4, holder_name = $5, minimum = $6, set_at = $7
