-- A challenge, held against others who answer it at the same instant. $1 acs_trans_id.
SELECT * FROM simulated_challenges WHERE acs_trans_id = $1 FOR UPDATE
