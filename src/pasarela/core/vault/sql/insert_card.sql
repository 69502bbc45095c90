-- Saves a card; answers its id, or nothing when its owner has saved this number already or the id is taken.
-- $1 tenant, $2 card, $3 customer or null, $4 fingerprint, $5 holder, $6 year, $7 month, $8 address, $9 device
-- session, $10 created at
INSERT INTO vault_cards (tenant_id, card_id, customer_id, fingerprint, holder_name, expiry_year, expiry_month, address,
                         device_session_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING
RETURNING card_id
