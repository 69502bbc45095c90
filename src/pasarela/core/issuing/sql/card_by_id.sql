-- Card $2 of tenant $1.
SELECT * FROM issuing_card_profiles WHERE tenant_id = $1 AND card_id = $2
