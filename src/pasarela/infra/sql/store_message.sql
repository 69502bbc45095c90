-- Stores what arrived ($1 source, $2 message id, $3 body, $4 when); no row when it has arrived before.
INSERT INTO inbox (source, message_id, body, received_at) VALUES ($1, $2, $3::jsonb, $4)
ON CONFLICT (source, message_id) DO NOTHING
RETURNING message_id
