-- Takes a message down, once. $1 tenant, $2 message, $3 channel, $4 recipient, $5 subject, $6 body, $7 HTML, $8 what it
-- is about, $9 instant
INSERT INTO messages (tenant_id, message_id, channel, recipient, subject, body, html, about, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (tenant_id, message_id) DO NOTHING
