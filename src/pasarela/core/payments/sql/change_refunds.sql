-- Changes how much of payments is being refunded and has been; the table's check keeps both within what was captured.
-- $1 a JSON array of rows of changes.
UPDATE payments p
SET refunding = p.refunding + n.refunding, refunded = p.refunded + n.refunded, operated_at = n.operated_at
FROM json_to_recordset($1::json) AS n (
    tenant_id bigint, payment_id text, refunding bigint, refunded bigint, operated_at timestamptz)
WHERE p.tenant_id = n.tenant_id AND p.payment_id = n.payment_id
