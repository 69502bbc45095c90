-- The message that bears a trace: $1 its RRN, $2 its STAN, recorded between $3 and $4.
SELECT tenant_id, attempt_id, stan, rrn, trace_at
FROM payment_attempts
WHERE rrn = $1 AND stan = $2 AND sent_at BETWEEN $3 AND $4
