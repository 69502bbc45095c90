-- A message has left; the first time counts. $1 tenant, $2 message, $3 instant
UPDATE messages SET sent_at = $3 WHERE tenant_id = $1 AND message_id = $2 AND sent_at IS NULL AND refusal IS NULL
