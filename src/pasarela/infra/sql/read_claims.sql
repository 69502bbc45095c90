-- Who bears these names. $1 a JSON array of claims.
SELECT c.tenant_id, c.scope, c.key, c.subject
FROM json_to_recordset($1::json) AS w (tenant_id bigint, scope text, key text)
JOIN claims c USING (tenant_id, scope, key)
