-- A message that nobody has handled yet: $1 source, $2 id.
SELECT body FROM inbox WHERE source = $1 AND message_id = $2 AND handled_at IS NULL
