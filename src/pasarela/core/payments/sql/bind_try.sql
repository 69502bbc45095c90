-- Writes what a try makes of its (locked) payment: status, card, count; a null fingerprint leaves the card's as it is.
-- $1 a JSON array of rows.
UPDATE payments p
SET status = n.status, card = n.card, fingerprint = coalesce(n.fingerprint, p.fingerprint), source_id = n.source_id,
    capture_now = n.capture_now, details = p.details || n.details, tries = n.tries, decline = n.decline, response_code = NULL,
    instalments = n.instalments, exchange = n.exchange, reviewed_for = n.reviewed_for, operated_at = n.operated_at
FROM json_to_recordset($1::json) AS n (
    tenant_id bigint, payment_id text, status text, card jsonb, fingerprint bytea, source_id text, capture_now boolean,
    details jsonb, tries smallint, decline text, instalments smallint, exchange jsonb, reviewed_for jsonb,
    operated_at timestamptz)
WHERE p.tenant_id = n.tenant_id AND p.payment_id = n.payment_id
