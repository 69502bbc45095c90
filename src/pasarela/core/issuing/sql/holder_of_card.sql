-- The cardholder of card $2 of tenant $1.
SELECT cardholder_id FROM issuing_card_profiles WHERE tenant_id = $1 AND card_id = $2
