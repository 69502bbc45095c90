-- A card; answers nothing when its id is taken. $1 tenant, $2 id, $3 client, $4 account, $5 product, $6 fingerprint, $7
-- type, $8 status, $9 key, $10 the card that it replaces, $11 when.
INSERT INTO issuing_cards
    (tenant_id, card_id, client_id, account_id, product_id, fingerprint, type, status, assigned_by, replaces,
     assigned_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT DO NOTHING
RETURNING card_id
