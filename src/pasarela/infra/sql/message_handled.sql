-- Notes what was done about a message: $1 source, $2 id, $3 instant, $4 in a word.
UPDATE inbox SET handled_at = $3, outcome = $4
WHERE source = $1 AND message_id = $2 AND handled_at IS NULL
