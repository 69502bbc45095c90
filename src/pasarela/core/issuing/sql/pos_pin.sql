-- The sealed PIN for shops of card $2 of tenant $1.
SELECT pos_sealed FROM issuing_pins WHERE tenant_id = $1 AND card_id = $2
