-- Ends operations that are in progress; one that has ended already is left alone. Locks their payments first, in the
-- order of their keys as everybody does. Answers what each payment has refunded so far. $1 a JSON array of rows.
WITH ended AS (
    SELECT * FROM json_to_recordset($1::json) AS n (
        tenant_id bigint, payment_id text, operation_id text, status text, authorization_code text, response_code text,
        operated_at timestamptz)
), locked AS MATERIALIZED (
    SELECT p.tenant_id, p.payment_id, p.refunded FROM payments p
    WHERE (p.tenant_id, p.payment_id) IN (SELECT ended.tenant_id, ended.payment_id FROM ended)
    ORDER BY p.tenant_id, p.payment_id
    FOR NO KEY UPDATE
)
UPDATE payment_operations o
SET status = n.status, authorization_code = n.authorization_code, response_code = n.response_code,
    operated_at = n.operated_at
FROM ended n JOIN locked USING (tenant_id, payment_id)
WHERE o.tenant_id = n.tenant_id AND o.payment_id = n.payment_id AND o.operation_id = n.operation_id
  AND o.status = 'in_progress'
RETURNING o.tenant_id, o.payment_id, o.operation_id, locked.refunded
