-- Lets consumer $1 begin at the first event; one that has begun stays where it is.
INSERT INTO outbox_cursors (consumer, xact, position) VALUES ($1, '0', 0)
ON CONFLICT (consumer) DO NOTHING
