-- Keeps the answer ($4 status, $5 body) of the call under a key; the first one stays. $1 tenant, $2 scope, $3 key.
UPDATE claims SET answer_status = $4, answer = $5
WHERE tenant_id = $1 AND scope = $2 AND key = $3 AND answer_status IS NULL
