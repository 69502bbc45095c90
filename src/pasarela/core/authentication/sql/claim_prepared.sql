-- The payer of a prepared authentication is here; once. $1 tenant, $2 id, $3 until when the issuer is being asked.
UPDATE authentications SET status = 'asked', expires_at = $3
WHERE tenant_id = $1 AND authentication_id = $2 AND status = 'prepared'
RETURNING *
