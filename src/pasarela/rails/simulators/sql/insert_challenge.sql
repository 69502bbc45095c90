-- The issuer begins to ask a payer. $1 to $12 as in the table, without what comes later.
INSERT INTO simulated_challenges (
    acs_trans_id, server_trans_id, ds_trans_id, behaviour, code, brand, last_four, merchant, amount, currency,
    return_url, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
