-- Records tries to pay waiting payments. $1 a JSON array of rows.
INSERT INTO payment_tries (tenant_id, payment_id, number, try_id, status, card, authentication, decline, tried_at)
SELECT t.tenant_id, t.payment_id, t.number, t.try_id, t.status, t.card, t.authentication, t.decline, t.tried_at
FROM json_to_recordset($1::json) AS t (
    tenant_id bigint, payment_id text, number smallint, try_id text, status text, card jsonb, authentication jsonb,
    decline text, tried_at timestamptz)
