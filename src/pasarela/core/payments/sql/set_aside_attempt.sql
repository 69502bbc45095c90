-- Names the message of an earlier try by its number, so that the next one is the payment's authorisation. $1 tenant,
-- $2 attempt, $3 number
UPDATE payment_attempts SET attempt_id = attempt_id || '.' || $3 WHERE tenant_id = $1 AND attempt_id = $2
