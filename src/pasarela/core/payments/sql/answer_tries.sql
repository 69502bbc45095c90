-- Writes what tries came to. $1 a JSON array of rows.
UPDATE payment_tries t
SET status = n.status, decline = n.decline, response_code = n.response_code
FROM json_to_recordset($1::json) AS n (
    tenant_id bigint, payment_id text, number smallint, status text, decline text, response_code text)
WHERE t.tenant_id = n.tenant_id AND t.payment_id = n.payment_id AND t.number = n.number
