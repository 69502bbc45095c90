-- Moves payments from the status they were read in ("expected") to the next one; a payment that has moved on meanwhile
-- is left alone. Null in a row leaves that column as it is. $1 a JSON array of rows.
UPDATE payments p
SET status = n.status,
    amount = coalesce(n.amount, p.amount),
    captured = coalesce(n.captured, p.captured),
    authorization_code = coalesce(n.authorization_code, p.authorization_code),
    response_code = coalesce(n.response_code, p.response_code),
    decline = coalesce(n.decline, p.decline),
    fee_minor = coalesce(n.fee_minor, p.fee_minor),
    fee_tax_basis_points = coalesce(n.fee_tax_basis_points, p.fee_tax_basis_points),
    points = coalesce(n.points, p.points),
    operated_at = n.operated_at,
    expires_at = coalesce(n.expires_at, p.expires_at)
FROM json_to_recordset($1::json) AS n (
    tenant_id bigint, payment_id text, expected text, status text, amount bigint, captured bigint,
    authorization_code text, response_code text, decline text, fee_minor bigint, fee_tax_basis_points integer,
    points jsonb, operated_at timestamptz, expires_at timestamptz)
WHERE p.tenant_id = n.tenant_id AND p.payment_id = n.payment_id AND p.status = n.expected
RETURNING p.tenant_id, p.payment_id
