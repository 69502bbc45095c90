-- One card charge of the busy merchant in one call: what `pgbench` measures. Writes the rows that Pasarela writes for
-- such a charge, with the contents of a real one (the {placeholders}, quoted by pgbench.py), in the same order, all in
-- one transaction; nothing is asked of a network in between. The account comes last: its lock is held the shortest.
CREATE FUNCTION bench_charge(serial bigint) RETURNS text
LANGUAGE plpgsql AS $function$
DECLARE
    -- Made of what is cheap here; as long as Pasarela's, and as those sorting by time.
    key text := lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 11, '0')
        || lpad(to_hex(serial & 268435455), 7, '0');
    payment text := 'tr' || key;
    at timestamptz := clock_timestamp();
    trace text := upper(right(key, 12));
    charged constant bigint := {amount};
    net constant bigint := {amount} - {fee_minor} - {fee_tax_minor};
    pan record;
BEGIN
    INSERT INTO claims (tenant_id, scope, key, subject, claimed_at)
    VALUES ({tenant_id}, 'order_id', 'bench-' || right(key, 12), payment, at)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RAISE unique_violation;
    END IF;

    SELECT v.fingerprint, v.key_number, v.sealed INTO STRICT pan
    FROM vault_pans v WHERE v.tenant_id = {tenant_id} AND v.fingerprint = {fingerprint};

    INSERT INTO payments (
        tenant_id, payment_id, api, instrument, status, currency, amount, capture_now, order_id, description,
        customer_id, source_id, fingerprint, card, payer, details, response_code, decline, created_at, operated_at)
    VALUES (
        {tenant_id}, payment, {api}, {instrument}, 'authorizing', {currency}, charged, true,
        'bench-' || right(key, 12), {description}, NULL, NULL, pan.fingerprint, {card}, {payer}, {details},
        NULL, NULL, at, at);
    INSERT INTO payment_attempts (
        tenant_id, attempt_id, kind, state, amount, stan, rrn, trace_at, sent_at)
    VALUES (
        {tenant_id}, payment || '/authorisation', 'authorisation', 'sent', charged, right(key, 6), trace, at, at);

    at := clock_timestamp();
    UPDATE payments p
    SET status = 'completed', captured = charged, authorization_code = {authorization_code}, response_code = '00',
        fee_minor = {fee_minor}, fee_tax_basis_points = {fee_tax_basis_points}, operated_at = at
    WHERE p.tenant_id = {tenant_id} AND p.payment_id = payment AND p.status = 'authorizing';
    UPDATE payment_attempts a
    SET state = 'approved', answered_at = at, response_code = '00', authorization_code = {authorization_code}
    WHERE a.tenant_id = {tenant_id} AND a.attempt_id = payment || '/authorisation';
    INSERT INTO outbox_events (tenant_id, event_id, type, subject, data, occurred_at)
    VALUES ({tenant_id}, 'e' || key, 'payment.completed', payment, {event_data}, at);
    INSERT INTO api_requests (
        tenant_id, request_id, api, account, at, method, path, query, status, duration_us, request_body, answer_body,
        error_code, rule, field, subject, client)
    VALUES (
        {tenant_id}, uuidv7(), {api}, {account}, at, 'POST', {path}, NULL, 200, 10000, {request_body},
        {answer_body}, NULL, NULL, NULL, payment, '127.0.0.1');
    INSERT INTO ledger_transfers (tenant_id, transfer_id, kind, phase, settles, accounts, amounts, occurred_at)
    VALUES (
        {tenant_id}, payment || '/sale', 'sale', 'posted', NULL,
        ARRAY['network_clearing.MXN', 'merchant_payable.MXN', 'fee_revenue.MXN', 'tax_payable.MXN'],
        ARRAY[-charged, net, {fee_minor}, {fee_tax_minor}], at);
    UPDATE ledger_accounts a
    SET posted = a.posted + net
    WHERE a.tenant_id = {tenant_id} AND a.account = 'merchant_payable.MXN'
      AND a.posted + net - a.pending_out >= a.floor_minor;
    IF NOT FOUND THEN
        RAISE check_violation;
    END IF;
    RETURN payment;
END
$function$
