-- Takes work back ($1: array of due_work.DueKey), wherever it stands.
DELETE FROM due_work AS work
USING jsonb_to_recordset($1::jsonb) AS key (tenant_id bigint, kind text, subject text)
WHERE (work.tenant_id, work.kind, work.subject) = (key.tenant_id, key.kind, key.subject)
