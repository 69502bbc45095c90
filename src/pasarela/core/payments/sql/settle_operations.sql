-- Ends operations that are in progress; one that has ended already is left alone. $1 a JSON array of rows.
UPDATE payment_operations o
SET status = n.status, authorization_code = n.authorization_code, response_code = n.response_code,
    operated_at = n.operated_at
FROM json_to_recordset($1::json) AS n (
    tenant_id bigint, payment_id text, operation_id text, status text, authorization_code text, response_code text,
    operated_at timestamptz)
WHERE o.tenant_id = n.tenant_id AND o.payment_id = n.payment_id AND o.operation_id = n.operation_id
  AND o.status = 'in_progress'
RETURNING o.tenant_id, o.payment_id, o.operation_id, o.amount, o.fee_back, o.fee_tax_back
