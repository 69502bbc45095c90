-- Whether there is an event for consumer $1 to read; takes no lock, so that asking often costs nothing.
SELECT EXISTS (
    SELECT FROM outbox_events AS event
    WHERE (event.xact, event.position) > (cursor.xact, cursor.position)
      AND event.xact < pg_snapshot_xmin(pg_current_snapshot())
) AS unread
FROM outbox_cursors AS cursor
WHERE cursor.consumer = $1
