-- Writes down how an authentication ended; the first end counts. $1 id, $2 transStatus, $3 reason, $4 cancelled, $5 eci,
-- $6 cavv, $7 ds_trans_id, $8 acs_trans_id, $9 version, $10 instant.
UPDATE authentications
SET status = 'ended', trans_status = $2, reason = $3, cancelled = $4, eci = $5, cavv = $6,
    ds_trans_id = coalesce($7, ds_trans_id), acs_trans_id = coalesce($8, acs_trans_id),
    version = coalesce($9, version), ended_at = $10
WHERE authentication_id = $1 AND status <> 'ended'
RETURNING *
