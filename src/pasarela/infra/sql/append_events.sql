-- Appends events ($1: array of kernel.events.Event) in the order given; one that is there stays as it is.
INSERT INTO outbox_events (tenant_id, event_id, type, subject, data, occurred_at)
SELECT event.tenant_id, event.event_id, event.type, event.subject, event.data, event.occurred_at
FROM ROWS FROM (
    jsonb_to_recordset($1::jsonb) AS (
        tenant_id bigint, event_id text, type text, subject text, data jsonb, occurred_at timestamptz)
) WITH ORDINALITY AS event (tenant_id, event_id, type, subject, data, occurred_at, place)
ORDER BY event.place
ON CONFLICT (tenant_id, event_id) DO NOTHING
