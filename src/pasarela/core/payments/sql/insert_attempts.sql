-- Records messages about to be sent, with the trace that identifies each on its network. $1 a JSON array of rows.
INSERT INTO payment_attempts (tenant_id, attempt_id, kind, state, amount, stan, rrn, trace_at, sent_at)
SELECT a.tenant_id, a.attempt_id, a.kind, 'sent', a.amount, a.stan, a.rrn, a.trace_at, a.sent_at
FROM json_to_recordset($1::json) AS a (
    tenant_id bigint, attempt_id text, kind text, amount bigint, stan text, rrn text, trace_at timestamptz,
    sent_at timestamptz)
ON CONFLICT (tenant_id, attempt_id) DO NOTHING
