-- What was done about a message, or null. $1 source, $2 message id
SELECT outcome FROM inbox WHERE source = $1 AND message_id = $2 AND handled_at IS NOT NULL
