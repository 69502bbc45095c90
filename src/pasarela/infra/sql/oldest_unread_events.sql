-- Of each consumer, when the first event happened that it has not handled (null: it has handled all).
SELECT cursor.consumer, (
    SELECT event.occurred_at FROM outbox_events AS event
    WHERE (event.xact, event.position) > (cursor.xact, cursor.position)
    ORDER BY event.xact, event.position
    LIMIT 1) AS occurred_at
FROM outbox_cursors AS cursor
ORDER BY cursor.consumer
