-- The PINs of a new card: none for cash yet, and a sealed one for shops ($3). $1 tenant, $2 card.
INSERT INTO issuing_pins (tenant_id, card_id, pos_sealed) VALUES ($1, $2, $3)
