-- The settlement plan of owner $2 (empty: the merchant) of tenant $1, which nobody changes until the transaction ends.
SELECT * FROM settlement_plans WHERE tenant_id = $1 AND owner = $2 FOR SHARE
