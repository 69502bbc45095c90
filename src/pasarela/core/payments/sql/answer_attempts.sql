-- Writes what came back for messages sent; that nobody knows does not take the place of an answer. $1 a JSON array.
UPDATE payment_attempts a
SET state = n.state, answered_at = n.answered_at, response_code = n.response_code,
    authorization_code = n.authorization_code
FROM json_to_recordset($1::json) AS n (
    tenant_id bigint, attempt_id text, state text, answered_at timestamptz, response_code text, authorization_code text)
WHERE a.tenant_id = n.tenant_id AND a.attempt_id = n.attempt_id AND (n.state <> 'unknown' OR a.state = 'sent')
