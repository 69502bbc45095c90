-- When the first event happened that consumer $1 has not handled; no row when it has handled all.
SELECT event.occurred_at
FROM outbox_cursors AS cursor
JOIN outbox_events AS event ON (event.xact, event.position) > (cursor.xact, cursor.position)
WHERE cursor.consumer = $1
ORDER BY event.xact, event.position
LIMIT 1
