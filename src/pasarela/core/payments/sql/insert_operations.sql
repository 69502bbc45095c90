-- Records captures, refunds and voids about to be sent. $1 a JSON array of rows.
INSERT INTO payment_operations (tenant_id, payment_id, operation_id, kind, status, amount, fee_back, fee_tax_back,
                                points_back, credit_back, description, created_at, operated_at)
SELECT o.tenant_id, o.payment_id, o.operation_id, o.kind, 'in_progress', o.amount, o.fee_back, o.fee_tax_back,
       o.points_back, o.credit_back, o.description, o.created_at, o.created_at
FROM json_to_recordset($1::json) AS o (
    tenant_id bigint, payment_id text, operation_id text, kind text, amount bigint, fee_back bigint,
    fee_tax_back bigint, points_back bigint, credit_back bigint, description text, created_at timestamptz)
