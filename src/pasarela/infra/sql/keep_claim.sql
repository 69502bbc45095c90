-- A sign of life ($4) of the call that runs under a key, or with an old instant: it has given up. $1 tenant, $2 scope,
-- $3 key.
UPDATE claims SET claimed_at = $4 WHERE tenant_id = $1 AND scope = $2 AND key = $3 AND answer_status IS NULL
