-- Ends a challenge, once. $1 acs_trans_id, $2 transStatus, $3 its reason, $4 challengeCancel.
UPDATE simulated_challenges SET trans_status = $2, reason = $3, cancelled = $4
WHERE acs_trans_id = $1 AND trans_status IS NULL
RETURNING *
