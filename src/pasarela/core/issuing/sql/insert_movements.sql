-- Writes movements, in the order of their keys; those that stand already stay. $1 JSON array of rows.
INSERT INTO issuing_movements
    (tenant_id, operation_id, side, account_id, card_id, kind, amount, currency, original_amount, original_currency,
     balance_after, description, merchant_code, country, channel, authorization_code, response_code, retrieval,
     reference, latitude, longitude, occurred_at)
SELECT tenant_id, operation_id, side, account_id, card_id, kind, amount, currency, original_amount, original_currency,
    balance_after, description, merchant_code, country, channel, authorization_code, response_code, retrieval,
    reference, latitude, longitude, occurred_at
FROM jsonb_to_recordset($1::jsonb) AS row (
    tenant_id bigint, operation_id text, side smallint, account_id text, card_id text, kind text, amount bigint,
    currency text, original_amount bigint, original_currency text, balance_after bigint, description text,
    merchant_code text, country text, channel text, authorization_code text, response_code text, retrieval text,
    reference text, latitude numeric, longitude numeric, occurred_at timestamptz)
ORDER BY tenant_id, operation_id, side
ON CONFLICT (tenant_id, operation_id, side) DO NOTHING
