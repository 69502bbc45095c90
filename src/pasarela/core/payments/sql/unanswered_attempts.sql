-- Messages sent between $1 and $2 that nobody has written an answer for: their process died. At most $3.
SELECT tenant_id, attempt_id, kind, sent_at
FROM payment_attempts
WHERE sent_at >= $1 AND sent_at < $2 AND state = 'sent'
ORDER BY sent_at
LIMIT $3
