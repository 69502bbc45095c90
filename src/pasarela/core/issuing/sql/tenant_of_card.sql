-- The program of card $1.
SELECT tenant_id FROM issuing_cards WHERE card_id = $1
