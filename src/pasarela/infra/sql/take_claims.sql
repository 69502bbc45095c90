-- Takes names that nobody bears yet; in one batch the first claim on a name wins. $1 a JSON array of claims, sorted.
INSERT INTO claims (tenant_id, scope, key, subject, claimed_at)
SELECT c.tenant_id, c.scope, c.key, c.subject, c.claimed_at
FROM json_to_recordset($1::json) AS c (tenant_id bigint, scope text, key text, subject text, claimed_at timestamptz)
ON CONFLICT (tenant_id, scope, key) DO NOTHING
RETURNING tenant_id, scope, key, subject
