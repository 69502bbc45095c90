-- One message. $1 tenant, $2 message
SELECT * FROM messages WHERE tenant_id = $1 AND message_id = $2
