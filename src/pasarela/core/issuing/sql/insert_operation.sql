-- Notes who did what to a card, and where. $1 tenant, $2 operation, $3 kind, $4 client, $5 key, $6 card, $7 latitude, $8
-- longitude, $9 when.
INSERT INTO issuing_operations
    (tenant_id, operation_id, kind, client_id, key_id, card_id, latitude, longitude, occurred_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT DO NOTHING
