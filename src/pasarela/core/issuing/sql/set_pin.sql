-- The ATM PIN of card $2 of tenant $1 is another one since $5; no try and no lock is left. $3 verifier of it, $4 of its end.
UPDATE issuing_pins SET verifier = $3, tail_verifier = $4, set_at = $5, wrong_tries = 0, locked_until = NULL
WHERE tenant_id = $1 AND card_id = $2
