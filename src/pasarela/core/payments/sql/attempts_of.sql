-- The messages sent about one payment: their ids are `payment/...`, one range ($2 to $3) of the key. $1 tenant.
SELECT tenant_id, attempt_id, kind, state, amount, stan, rrn, trace_at, sent_at, answered_at, response_code,
       authorization_code
FROM payment_attempts
WHERE tenant_id = $1 AND attempt_id >= $2 AND attempt_id < $3
ORDER BY sent_at, attempt_id
