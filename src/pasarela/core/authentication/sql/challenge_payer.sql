-- The issuer wants to see the payer. $1 tenant, $2 id, $3 acs_url, $4 creq, $5 ds_trans_id, $6 acs_trans_id, $7 version,
-- $8 until when.
UPDATE authentications
SET status = 'challenged', acs_url = $3, creq = $4, ds_trans_id = $5, acs_trans_id = $6, version = $7, expires_at = $8
WHERE tenant_id = $1 AND authentication_id = $2 AND status = 'asked'
RETURNING *
