-- Records payments about to be sent to their rail. $1 a JSON array of rows; one that exists already is left alone.
INSERT INTO payments (
    tenant_id, payment_id, api, instrument, status, currency, amount, capture_now, order_id, description, customer_id,
    credits_customer, source_id, fingerprint, card, payer, details, response_code, decline, created_at, operated_at,
    reference, expires_at, confirm, instalments, settles_in, exchange, reviewed_for)
SELECT p.tenant_id, p.payment_id, p.api, p.instrument, p.status, p.currency, p.amount, p.capture_now, p.order_id,
       p.description, p.customer_id, coalesce(p.credits_customer, false), p.source_id, p.fingerprint, p.card, p.payer,
       p.details, p.response_code, p.decline, p.created_at, p.created_at, p.reference, p.expires_at, p.confirm,
       p.instalments, p.settles_in, p.exchange, p.reviewed_for
FROM json_to_recordset($1::json) AS p (
    tenant_id bigint, payment_id text, api text, instrument text, status text, currency text, amount bigint,
    capture_now boolean, order_id text, description text, customer_id text,
    credits_customer boolean, source_id text, fingerprint bytea,
    card jsonb, payer jsonb, details jsonb, response_code text, decline text, created_at timestamptz,
    reference text, expires_at timestamptz, confirm text, instalments smallint, settles_in text, exchange jsonb,
    reviewed_for jsonb)
ON CONFLICT (tenant_id, payment_id) DO NOTHING
RETURNING tenant_id, payment_id
