-- How order $2 of tenant $1 stands with the other banks.
SELECT state, reason FROM simulated_spei_orders WHERE tenant_id = $1 AND tracking_key = $2
