-- The last completed charge of tenant $1 with all that was written about it: what pgbench's function copies. The charge
-- is chosen first: what is joined to it has no index by it, and is walked through once.
WITH last AS MATERIALIZED (
    SELECT * FROM payments WHERE tenant_id = $1 AND status = 'completed' ORDER BY created_at DESC LIMIT 1
)
SELECT p.tenant_id, p.api, p.instrument, p.currency, p.amount, p.description, p.fingerprint, p.card::text AS card,
       p.payer::text AS payer, p.details::text AS details, p.authorization_code, p.fee_minor, p.fee_tax_basis_points,
       t.amounts[array_position(t.accounts, 'tax_payable.MXN')] AS fee_tax_minor, e.data::text AS event_data,
       r.account, r.path, r.request_body, r.answer_body
FROM last p
JOIN ledger_transfers t ON t.tenant_id = p.tenant_id AND t.transfer_id = p.payment_id || '/sale'
JOIN outbox_events e ON e.tenant_id = p.tenant_id AND e.subject = p.payment_id
JOIN api_requests r ON r.tenant_id = p.tenant_id AND r.subject = p.payment_id
LIMIT 1
