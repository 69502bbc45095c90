-- The columns that are not null in the rows of one charge of tenant $1: its last one, or with $2 its last by pgbench's
-- function.
WITH charge AS (
    SELECT tenant_id, payment_id, order_id
    FROM payments
    WHERE tenant_id = $1 AND status = 'completed' AND starts_with(order_id, 'bench-') = $2
    ORDER BY created_at DESC LIMIT 1
), written AS (
    SELECT 'payments' AS table_name, to_jsonb(t) AS row FROM charge JOIN payments t USING (tenant_id, payment_id)
    UNION ALL
    SELECT 'payment_attempts', to_jsonb(t)
    FROM charge c JOIN payment_attempts t ON t.tenant_id = c.tenant_id AND starts_with(t.attempt_id, c.payment_id)
    UNION ALL
    SELECT 'ledger_transfers', to_jsonb(t)
    FROM charge c JOIN ledger_transfers t ON t.tenant_id = c.tenant_id AND starts_with(t.transfer_id, c.payment_id)
    UNION ALL
    SELECT 'outbox_events', to_jsonb(t)
    FROM charge c JOIN outbox_events t ON t.tenant_id = c.tenant_id AND t.subject = c.payment_id
    UNION ALL
    SELECT 'api_requests', to_jsonb(t)
    FROM charge c JOIN api_requests t ON t.tenant_id = c.tenant_id AND t.subject = c.payment_id
    UNION ALL
    SELECT 'claims', to_jsonb(t)
    FROM charge c JOIN claims t ON t.tenant_id = c.tenant_id AND t.scope = 'order_id' AND t.key = c.order_id
)
SELECT table_name || '.' || key AS column_name, sum(length(value::text))::integer AS length
FROM written CROSS JOIN LATERAL jsonb_each(jsonb_strip_nulls(row)) AS cell (key, value)
GROUP BY 1
ORDER BY 1
