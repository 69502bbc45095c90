-- The card that has replaced card $2 of tenant $1.
SELECT card_id FROM issuing_cards WHERE tenant_id = $1 AND replaces = $2
