-- Notes that consumer $1 has handled everything up to event ($2 xact, $3 position).
UPDATE outbox_cursors SET xact = $2, position = $3 WHERE consumer = $1
