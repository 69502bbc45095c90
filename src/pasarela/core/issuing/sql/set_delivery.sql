-- Card $2 of tenant $1 is of type $3, and its plastic goes to $4.
UPDATE issuing_cards SET type = $3, delivery = $4 WHERE tenant_id = $1 AND card_id = $2
