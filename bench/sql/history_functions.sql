-- What `history.py` needs in the database that it fills; dropped again when it is full.
CREATE TABLE bench_merchants (place bigint PRIMARY KEY, tenant_id bigint, account text, fingerprint bytea);

-- Base 36 in eight digits, as Pasarela's ids count milliseconds since 2010.
CREATE FUNCTION bench_time36(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(substr('0123456789abcdefghijklmnopqrstuvwxyz', (ms / power(36, digit)::bigint % 36)::int + 1, 1),
                      '' ORDER BY digit DESC)
    FROM (SELECT (extract(epoch FROM at - timestamptz '2010-01-01Z') * 1000)::bigint AS ms) AS instant,
         generate_series(0, 7) AS digit
$$;

-- The batch of charges that is being written, as it will stand in the end.
CREATE UNLOGGED TABLE bench_batch (
    n bigint PRIMARY KEY, h bigint, tenant_id bigint, account text, fingerprint bytea, kind text, amount bigint,
    back bigint, fee bigint, tax bigint, fee_back bigint, tax_back bigint, created_at timestamptz, later_at timestamptz,
    payment_id text, operation_id text, code text, rrn text, order_id text, customer_id text
);

-- Decides charges `first` <= n < `last` of `total`: nine in ten are the busy merchant's (place 0), the others are
-- spread. They are a year old to an hour old, in the order of n.
CREATE PROCEDURE bench_decide(first bigint, last bigint, total bigint, began timestamptz, ended timestamptz)
LANGUAGE plpgsql AS $procedure$
BEGIN
    TRUNCATE bench_batch;
    INSERT INTO bench_batch (n, h, tenant_id, account, fingerprint, amount, created_at, kind)
    SELECT n, h, tenant_id, account, fingerprint,
           CASE WHEN h / 100 % 5 = 0 THEN (ARRAY[9900, 10000, 19900, 24950, 49900])[h / 500 % 5 + 1]
                ELSE 1000 + h / 1000 % 500000 END,
           created_at,
           CASE WHEN h % 100 < 89 THEN 'completed'
                WHEN h % 100 < 93 THEN 'declined'
                WHEN h % 100 < 95 THEN 'refunded'
                WHEN h % 100 < 96 THEN 'partly refunded'
                WHEN h % 100 < 97 THEN 'captured'
                WHEN h % 100 < 98 THEN 'voided'
                WHEN created_at > ended - interval '6 days' THEN 'held'
                ELSE 'expired' END
    FROM (SELECT n, hashint8extended(n, 7) & 4611686018427387903 AS h,
                 date_trunc('milliseconds', began + (ended - began) * (n::float8 / total)) AS created_at,
                 CASE WHEN n % 10 = 0 THEN n / 10 % (SELECT count(*) FROM bench_merchants) ELSE 0 END AS place
          FROM generate_series(first, last - 1) AS n) AS made
    JOIN bench_merchants USING (place);

    UPDATE bench_batch SET
        payment_id = 'tr' || bench_time36(created_at) || substr(md5(n::text), 1, 10),
        operation_id = 'tr' || bench_time36(created_at) || substr(md5('operation' || n), 1, 10),
        order_id = 'history-' || n,
        customer_id = CASE WHEN h / 7 % 10 = 0 THEN 'a' || lpad((h / 70 % 500)::text, 19, '0') END,
        code = lpad((h % 1000000)::text, 6, '0'),
        rrn = upper(substr(md5(n::text), 1, 12)),
        back = CASE kind WHEN 'refunded' THEN amount WHEN 'partly refunded' THEN amount / 2 ELSE 0 END,
        fee = (amount * 290 + 5000) / 10000 + 250,
        later_at = created_at + CASE kind
            WHEN 'captured' THEN interval '20 minutes'
            WHEN 'voided' THEN interval '40 minutes'
            WHEN 'expired' THEN interval '7 days'
            WHEN 'refunded' THEN interval '50 minutes'
            WHEN 'partly refunded' THEN interval '50 minutes'
            ELSE interval '60 milliseconds' END;
    UPDATE bench_batch SET tax = (fee * 1600 + 5000) / 10000;
    UPDATE bench_batch SET fee_back = fee * back / amount, tax_back = tax * back / amount;
    ANALYZE bench_batch;
END
$procedure$;

-- Writes the batch as the server would have: few charges at a time, first as they are sent, then as they are answered, each
-- in a transaction of its own, so that pages and indexes look as they look after a year.
CREATE PROCEDURE bench_open(first bigint, last bigint) LANGUAGE plpgsql AS $procedure$
BEGIN
    INSERT INTO claims (tenant_id, scope, key, subject, claimed_at)
    SELECT tenant_id, 'order_id', order_id, payment_id, created_at FROM bench_batch WHERE n >= first AND n < last;

    INSERT INTO payments (
        tenant_id, payment_id, api, instrument, status, currency, amount, capture_now, order_id, description, customer_id,
        fingerprint, card, payer, details, created_at, operated_at)
    SELECT tenant_id, payment_id, {api}, {instrument}, 'authorizing', {currency}, amount,
           kind NOT IN ('captured', 'voided', 'expired', 'held'), order_id, {description}, customer_id, fingerprint,
           {card}, {payer}, {details}, created_at, created_at
    FROM bench_batch WHERE n >= first AND n < last;
    INSERT INTO payment_attempts (tenant_id, attempt_id, kind, state, amount, stan, rrn, trace_at, sent_at)
    SELECT tenant_id, payment_id || '/authorisation', 'authorisation', 'sent', amount, code, rrn,
           date_trunc('second', created_at), created_at
    FROM bench_batch WHERE n >= first AND n < last;
END
$procedure$;

CREATE PROCEDURE bench_close(first bigint, last bigint) LANGUAGE plpgsql AS $procedure$
BEGIN
    UPDATE payments p SET
        status = CASE kind WHEN 'declined' THEN 'declined' WHEN 'voided' THEN 'voided' WHEN 'expired' THEN 'expired'
                           WHEN 'held' THEN 'authorized' ELSE 'completed' END,
        captured = CASE WHEN kind IN ('declined', 'voided', 'expired', 'held') THEN 0 ELSE b.amount END,
        refunded = back,
        authorization_code = CASE WHEN kind <> 'declined' THEN code END,
        response_code = CASE kind WHEN 'declined' THEN '51' ELSE '00' END,
        decline = CASE WHEN kind = 'declined' THEN 'insufficient_funds' END,
        fee_minor = CASE WHEN kind NOT IN ('declined', 'voided', 'expired', 'held') THEN fee END,
        fee_tax_basis_points = CASE WHEN kind NOT IN ('declined', 'voided', 'expired', 'held') THEN 1600 END,
        operated_at = later_at,
        expires_at = CASE WHEN kind IN ('captured', 'voided', 'expired', 'held') THEN b.created_at + interval '7 days' END
    FROM bench_batch AS b
    WHERE n >= first AND n < last AND p.tenant_id = b.tenant_id AND p.payment_id = b.payment_id;
    UPDATE payment_attempts a SET
        state = CASE b.kind WHEN 'declined' THEN 'declined' ELSE 'approved' END,
        answered_at = created_at + interval '50 milliseconds',
        response_code = CASE b.kind WHEN 'declined' THEN '51' ELSE '00' END,
        authorization_code = CASE WHEN b.kind <> 'declined' THEN code END
    FROM bench_batch AS b
    WHERE n >= first AND n < last AND a.tenant_id = b.tenant_id AND a.attempt_id = payment_id || '/authorisation';
    INSERT INTO payment_attempts (
        tenant_id, attempt_id, kind, state, amount, stan, rrn, trace_at, sent_at, answered_at, response_code,
        authorization_code)
    SELECT tenant_id, payment_id || '/' || operation_id,
           CASE kind WHEN 'captured' THEN 'capture' WHEN 'voided' THEN 'void' WHEN 'expired' THEN 'void'
                     ELSE 'refund' END,
           'approved', CASE WHEN back > 0 THEN back ELSE amount END, code, reverse(rrn),
           date_trunc('second', later_at), later_at, later_at, '00', code
    FROM bench_batch WHERE n >= first AND n < last AND kind IN ('refunded', 'partly refunded', 'captured', 'voided', 'expired');
    INSERT INTO payment_operations (
        tenant_id, payment_id, operation_id, kind, status, amount, fee_back, fee_tax_back, description,
        authorization_code, response_code, created_at, operated_at)
    SELECT tenant_id, payment_id, operation_id,
           CASE kind WHEN 'captured' THEN 'capture' WHEN 'voided' THEN 'void' WHEN 'expired' THEN 'void'
                     ELSE 'refund' END,
           'completed', CASE WHEN back > 0 THEN back ELSE amount END, fee_back, tax_back, NULL, code, '00', later_at,
           later_at
    FROM bench_batch WHERE n >= first AND n < last AND kind IN ('refunded', 'partly refunded', 'captured', 'voided', 'expired');

    INSERT INTO outbox_events (tenant_id, event_id, type, subject, data, occurred_at)
    SELECT tenant_id, 'e' || substr(payment_id, 3),
           CASE kind WHEN 'declined' THEN 'payment.declined' WHEN 'captured' THEN 'payment.authorized'
                     WHEN 'voided' THEN 'payment.authorized' WHEN 'expired' THEN 'payment.authorized'
                     WHEN 'held' THEN 'payment.authorized' ELSE 'payment.completed' END,
           payment_id, '{{}}', created_at
    FROM bench_batch WHERE n >= first AND n < last ORDER BY n;
    INSERT INTO outbox_events (tenant_id, event_id, type, subject, data, occurred_at)
    SELECT tenant_id, 'e' || substr(operation_id, 3),
           CASE kind WHEN 'captured' THEN 'payment.completed' WHEN 'voided' THEN 'payment.voided'
                     WHEN 'expired' THEN 'payment.expired' ELSE 'payment.refunded' END,
           payment_id, jsonb_build_object('operation_id', operation_id, 'amount', amount), later_at
    FROM bench_batch WHERE n >= first AND n < last AND kind IN ('refunded', 'partly refunded', 'captured', 'voided', 'expired') ORDER BY n;

    INSERT INTO due_work (tenant_id, kind, subject, due_at)
    SELECT tenant_id, 'payments.expire', payment_id, created_at + interval '7 days' FROM bench_batch WHERE n >= first AND n < last AND kind = 'held';

    INSERT INTO ledger_transfers (tenant_id, transfer_id, kind, phase, settles, accounts, amounts, occurred_at)
    SELECT tenant_id, payment_id || '/hold', 'hold', 'pending', NULL,
           ARRAY['network_clearing.MXN', 'merchant_payable.MXN'], ARRAY[-amount, amount], created_at
    FROM bench_batch WHERE n >= first AND n < last AND kind IN ('captured', 'voided', 'expired', 'held')
    UNION ALL
    SELECT tenant_id, payment_id || '/sale', 'sale', 'posted',
           CASE WHEN kind = 'captured' THEN payment_id || '/hold' END,
           ARRAY['network_clearing.MXN', 'merchant_payable.MXN', 'fee_revenue.MXN', 'tax_payable.MXN'],
           ARRAY[-amount, amount - fee - tax, fee, tax],
           CASE WHEN kind = 'captured' THEN later_at ELSE created_at END
    FROM bench_batch WHERE n >= first AND n < last AND kind IN ('completed', 'refunded', 'partly refunded', 'captured')
    UNION ALL
    SELECT tenant_id, payment_id || '/released', 'released', 'void', payment_id || '/hold', ARRAY[]::text[],
           ARRAY[]::bigint[], later_at
    FROM bench_batch WHERE n >= first AND n < last AND kind IN ('voided', 'expired')
    UNION ALL
    SELECT tenant_id, payment_id || '/refund/' || operation_id || ending, 'refund', phase,
           CASE WHEN phase = 'posted' THEN payment_id || '/refund/' || operation_id END,
           ARRAY['network_clearing.MXN', 'merchant_payable.MXN', 'fee_revenue.MXN', 'tax_payable.MXN'],
           ARRAY[back, -(back - fee_back - tax_back), -fee_back, -tax_back], later_at
    FROM bench_batch, (VALUES ('', 'pending'), ('/posted', 'posted')) AS step (ending, phase)
    WHERE n >= first AND n < last AND kind IN ('refunded', 'partly refunded');

    INSERT INTO ledger_accounts AS a (tenant_id, account, currency, floor_minor, posted, pending_in)
    SELECT tenant_id, 'merchant_payable.MXN', 'MXN', 0,
           coalesce(sum(amount - fee - tax - (back - fee_back - tax_back))
                    FILTER (WHERE kind IN ('completed', 'refunded', 'partly refunded', 'captured')), 0),
           coalesce(sum(amount) FILTER (WHERE kind = 'held'), 0)
    FROM bench_batch WHERE n >= first AND n < last GROUP BY tenant_id
    ON CONFLICT (tenant_id, account) DO UPDATE
    SET posted = a.posted + excluded.posted, pending_in = a.pending_in + excluded.pending_in;

    INSERT INTO api_requests (
        tenant_id, request_id, api, account, at, method, path, query, status, duration_us, request_body, answer_body,
        error_code, rule, field, subject, client)
    SELECT tenant_id, gen_random_uuid(), {api}, account, created_at, 'POST', '/openpay/v1/' || account || '/charges',
           NULL, CASE kind WHEN 'declined' THEN 402 ELSE 200 END, 10000, {request_body}, {answer_body},
           CASE kind WHEN 'declined' THEN '3003' END, NULL, NULL, payment_id, '127.0.0.1'
    FROM bench_batch WHERE n >= first AND n < last;
END
$procedure$;

CREATE PROCEDURE bench_write(first bigint, last bigint, at_once bigint) LANGUAGE plpgsql AS $procedure$
DECLARE
    place bigint;
BEGIN
    FOR place IN SELECT * FROM generate_series(first, last - 1, at_once) LOOP
        CALL bench_open(place, least(place + at_once, last));
        COMMIT;
        CALL bench_close(place, least(place + at_once, last));
        COMMIT;
    END LOOP;
END
$procedure$;
