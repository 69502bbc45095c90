-- Removes the oldest events from before $1 that all consumers have handled, of the $2 oldest that are there. Those that
-- wait to be tried again stay. (Their order is that of their transactions, which all but a tenant whose time runs ahead
-- share with their instants.)
WITH oldest AS MATERIALIZED (
    SELECT event.ctid, event.tenant_id, event.event_id, event.occurred_at
    FROM outbox_events AS event
    WHERE (event.xact, event.position)
        <= (SELECT cursor.xact, cursor.position FROM outbox_cursors AS cursor ORDER BY cursor.xact, cursor.position LIMIT 1)
    ORDER BY event.xact, event.position
    LIMIT $2
)
DELETE FROM outbox_events
WHERE ctid = ANY (ARRAY(
    SELECT oldest.ctid FROM oldest
    WHERE oldest.occurred_at < $1
      AND NOT EXISTS (
          SELECT FROM outbox_cursors AS cursor
          JOIN due_work AS work ON work.tenant_id = oldest.tenant_id
              AND work.kind = 'outbox.' || cursor.consumer AND work.subject = oldest.event_id)))
