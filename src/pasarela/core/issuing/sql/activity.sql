-- When account $2 of tenant $1 last had something approved, and something denied.
SELECT
    (SELECT occurred_at FROM issuing_movements
     WHERE tenant_id = $1 AND account_id = $2 AND response_code = '00' ORDER BY occurred_at DESC LIMIT 1) AS approved,
    (SELECT occurred_at FROM issuing_movements
     WHERE tenant_id = $1 AND account_id = $2 AND response_code <> '00' ORDER BY occurred_at DESC LIMIT 1) AS denied
