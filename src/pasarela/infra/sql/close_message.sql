-- Notes that the message ($1 source, $2 message id) was handled at $3 with outcome $4.
UPDATE inbox SET handled_at = $3, outcome = $4 WHERE source = $1 AND message_id = $2 AND handled_at IS NULL
