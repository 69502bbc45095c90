-- Stores a message from outside: $1 source, $2 its id there, $3 body, $4 instant. Answers whether it was new.
INSERT INTO inbox (source, message_id, body, received_at)
VALUES ($1, $2, $3::jsonb, $4)
ON CONFLICT (source, message_id) DO NOTHING
RETURNING true
