-- Frees names held by these subjects. $1 a JSON array of claims.
DELETE FROM claims c
USING json_to_recordset($1::json) AS w (tenant_id bigint, scope text, key text, subject text)
WHERE c.tenant_id = w.tenant_id AND c.scope = w.scope AND c.key = w.key AND c.subject = w.subject
