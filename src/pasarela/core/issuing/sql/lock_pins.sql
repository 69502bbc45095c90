-- Holds cards' PINs in the order of their keys, so that guesses are judged one after the other. $1 tenants, $2 cards.
SELECT tenant_id, card_id, verifier, tail_verifier, pos_sealed, wrong_tries, locked_until FROM issuing_pins
WHERE (tenant_id, card_id) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))
ORDER BY tenant_id, card_id
FOR NO KEY UPDATE
