-- Schedules work ($1: array of due_work.Scheduled) unless it stands at an earlier instant already.
INSERT INTO due_work AS work (tenant_id, kind, subject, due_at, data)
SELECT tenant_id, kind, subject, due_at, data
FROM jsonb_to_recordset($1::jsonb) AS item (
    tenant_id bigint, kind text, subject text, due_at timestamptz, data jsonb)
ORDER BY tenant_id, kind, subject
ON CONFLICT (tenant_id, kind, subject) DO UPDATE
SET due_at = EXCLUDED.due_at, data = EXCLUDED.data, attempt = 0, parked_at = NULL, last_error = NULL
WHERE work.due_at > EXCLUDED.due_at OR work.parked_at IS NOT NULL
