-- A message can never be sent. $1 tenant, $2 message, $3 why
UPDATE messages SET refusal = $3 WHERE tenant_id = $1 AND message_id = $2 AND sent_at IS NULL
