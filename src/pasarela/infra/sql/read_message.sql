-- The message ($1 source, $2 message id), and whether it has been handled.
SELECT body, handled_at FROM inbox WHERE source = $1 AND message_id = $2
