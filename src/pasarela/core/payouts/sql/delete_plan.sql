-- Takes the settlement plan of owner $2 (empty: the merchant) of tenant $1 back; no row when there is none.
DELETE FROM settlement_plans WHERE tenant_id = $1 AND owner = $2 RETURNING owner
