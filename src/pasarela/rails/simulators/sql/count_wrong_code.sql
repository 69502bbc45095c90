-- One wrong code more. $1 acs_trans_id.
UPDATE simulated_challenges SET wrong = wrong + 1 WHERE acs_trans_id = $1 AND trans_status IS NULL
