-- Moves (locked) payments into the status of an operation that is about to be sent. $1 a JSON array of rows.
UPDATE payments p
SET status = n.status, operated_at = n.operated_at
FROM json_to_recordset($1::json) AS n (tenant_id bigint, payment_id text, status text, operated_at timestamptz)
WHERE p.tenant_id = n.tenant_id AND p.payment_id = n.payment_id
