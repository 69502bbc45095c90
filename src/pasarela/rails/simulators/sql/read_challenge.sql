-- A challenge, ended or not. $1 acs_trans_id.
SELECT * FROM simulated_challenges WHERE acs_trans_id = $1
